"""The tree of a file, built from the parser's events; what a contract may not use of YAML is told on the way."""

from collections.abc import Iterator
from typing import Final, Protocol

import yaml

from sluice.contract.scalars import NumberOutOfRangeError, read_otherwise, resolve
from sluice.contract.tree import Entry, ListNode, MapNode, Node, Plain, ScalarNode
from sluice.contract.yaml_faults import UnreadableError, problem_of
from sluice.problem import Place, Problem, Severity

DEPTH_MAX: Final = 64

_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_TEXT_TAG: Final = "!"  # what the parser gives a scalar in quotes


class _Mark(Protocol):
    line: int
    column: int


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = ("entries", "is_map", "items", "key", "place", "places")

    def __init__(self, place: Place, *, is_map: bool) -> None:
        self.place = place
        self.is_map = is_map
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.places: dict[str, Place] = {}
        self.key: tuple[str, Place] | None = None


class Builder:
    """Builds the tree from the parser's events, without recursion, so that no depth can exhaust the stack."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._documents = 0
        self._lines = text.split("\n")
        self.problems: list[Problem] = []

    def build(self) -> Node:
        """The root; raises UnreadableError where there is none."""
        for event in self._events():
            self._take(event)
            if self._documents > 1:
                break
        if self._root is None or (isinstance(self._root, ScalarNode) and self._root.value is None):
            raise UnreadableError(
                Problem(
                    place=Place(file=self._file),
                    code="empty-file",
                    message="the file is empty",
                    way_out="`sluice init` writes a first contract to start from",
                )
            )
        return self._root

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise UnreadableError(problem_of(error, self._lines, self._file)) from None

    def _take(self, event: yaml.Event) -> None:
        place = self._place(event.start_mark)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._tell(
                        place,
                        "several-documents",
                        "a second YAML document begins here",
                        "keep one contract in one file",
                    )
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._decorations(event, place, tag=event.tag)
                self._begin(_Open(place, is_map=isinstance(event, yaml.MappingStartEvent)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._put(self._closed())
            case yaml.AliasEvent():
                self._tell(
                    place,
                    "yaml-alias",
                    f"the alias '*{event.anchor}' hides what the contract says",
                    "write the value out here",
                )
                self._put(ScalarNode(value=None, place=place, end_line=place.line))
            case yaml.ScalarEvent():
                self._decorations(event, place, tag=event.tag)
                self._put(self._scalar(event, place))

    def _decorations(self, event: yaml.NodeEvent, place: Place, *, tag: str | None) -> None:
        if event.anchor is not None:
            self._tell(
                place,
                "yaml-anchor",
                f"the anchor '&{event.anchor}' is not read in contracts",
                "write the value out at each place",
            )
        if tag not in {None, _TEXT_TAG}:
            self._tell(place, "yaml-tag", f"the tag '{_short(str(tag))}' is not read in contracts", "leave the tag out")

    def _begin(self, collection: _Open) -> None:
        if len(self._open) >= DEPTH_MAX:
            raise UnreadableError(
                Problem(
                    place=collection.place,
                    code="too-deep",
                    message=f"the file is nested more than {DEPTH_MAX} levels deep",
                    way_out="split the object",
                )
            )
        self._open.append(collection)

    def _closed(self) -> Node:
        done = self._open.pop()
        inner = [entry.value for entry in done.entries] if done.is_map else done.items
        end_line = max((node.end_line for node in inner), default=done.place.line)
        if done.is_map:
            return MapNode(entries=tuple(done.entries), place=done.place, end_line=end_line)
        return ListNode(items=tuple(done.items), place=done.place, end_line=end_line)

    def _put(self, node: Node) -> None:
        if not self._open:
            if self._documents == 1:
                self._root = node
            return
        parent = self._open[-1]
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = (self._key(node), node.place)
        else:
            key, place = parent.key
            parent.key = None
            self._add(parent, Entry(key=key, place=place, value=node))

    def _add(self, parent: _Open, entry: Entry) -> None:
        first = parent.places.setdefault(entry.key, entry.place)
        if first is entry.place:
            parent.entries.append(entry)
        else:
            self._tell(
                entry.place,
                "duplicate-key",
                f"'{_short(entry.key)}' stands here a second time; the first is in line {first.line}",
                "keep one of them",
            )

    def _key(self, node: Node) -> str:
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            return node.value
        written = f" '{_short(node.written)}'" if isinstance(node, ScalarNode) and node.written else ""
        self._tell(node.place, "key-not-text", f"the key{written} is not text", "put it in quotes")
        return node.written if isinstance(node, ScalarNode) else ""

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> ScalarNode:
        written: str = event.value
        quoted = not event.implicit[0]
        return ScalarNode(
            value=written if quoted else self._resolved(written, place),
            place=place,
            end_line=self._place(event.end_mark).line,
            written=written,
            style=(event.style or "") if quoted else "",
            indent=self._indent(place.line + 1) if event.style in {"|", ">"} else 0,
        )

    def _resolved(self, written: str, place: Place) -> Plain:
        try:
            value = resolve(written)
        except NumberOutOfRangeError:
            self._tell(
                place,
                "number-out-of-range",
                f"the number '{_short(written)}' fits no JSON document",
                "write a finite number, or quotes around a text",
            )
            return None
        if read_otherwise(written) and not self._is_enforcement(written):
            self.problems.append(
                Problem(
                    place=place,
                    code="ambiguous-word",
                    message=f"tools that read YAML 1.1 take the unquoted '{_short(written)}' for something else",
                    way_out=f'write "{_short(written)}" for the text, or the plain number or true/false that you mean',
                    severity=Severity.WARNING,
                )
            )
        return value

    def _is_enforcement(self, written: str) -> bool:
        """``enforce: on`` is the profile's own word, and no other reader has to do with it."""
        keys = {collection.key[0] for collection in self._open[-3:] if collection.key}
        named = any(
            entry.key == "property" and entry.value.plain() == "enforce"
            for collection in self._open[-3:]
            for entry in collection.entries
        )
        return written in {"on", "off"} and ("enforce" in keys or (named and "value" in keys))

    def _place(self, mark: _Mark | None) -> Place:
        if mark is None:
            return Place(file=self._file)
        return Place(file=self._file, line=mark.line + 1, column=mark.column + 1)

    def _tell(self, place: Place, code: str, message: str, way_out: str) -> None:
        self.problems.append(Problem(place=place, code=code, message=message, way_out=way_out))

    def _indent(self, number: int) -> int:
        line = self._lines[number - 1] if number <= len(self._lines) else ""
        return len(line) - len(line.lstrip(" "))


def _short(text: str) -> str:
    limit = 60
    return text if len(text) <= limit else text[:limit] + "..."
