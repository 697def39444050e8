"""From the bytes of a file to its tree: what YAML allows and a contract does not is told here, with its place."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import yaml

from sluice.contract.scalars import NumberOutOfRangeError, read_otherwise, resolve
from sluice.contract.tree import Entry, ListNode, MapNode, Node, Plain, ScalarNode
from sluice.problem import Place, Problem, Severity

SIZE_BYTES_MAX: Final = 1 << 20
DEPTH_MAX: Final = 64
PROBLEMS_MAX: Final = 100

_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_BOM: Final = b"\xef\xbb\xbf"
_NO_BLANK: Final = re.compile(r"\s*(?:- )?[A-Za-z_]\w*:[^\s:/]")
SAID: Final = {  # what the parser says -> what people understand
    "could not find expected ':'": "a ':' is missing after a key",
    "did not find expected key": "something stands here that is neither a key nor the end of the value before",
    "did not find expected '-' indicator": "a '- ' was expected here: lines of one list stand in one column",
    "mapping values are not allowed": "a ':' stands where no key can be",
    "did not find expected ',' or ']'": "a ',' or a ']' is missing",
    "did not find expected ',' or '}'": "a ',' or a '}' is missing",
    "found unexpected end of stream": "a quote does not close",
    "found character that cannot start any token": "no value can begin with this character; put the value in quotes",
    "did not find expected <document start>": "the text goes on after its end",
}
_TEXT_TAG: Final = "!"  # what the parser gives a scalar in quotes


class _Mark(Protocol):
    line: int
    column: int


class Source(NamedTuple):
    """A file's tree, or None where it has none, and what was wrong on the way."""

    root: Node | None
    problems: tuple[Problem, ...]


class _Unreadable(Exception):  # noqa: N818 - it carries a Problem, it is none
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(text: bytes, file: str) -> Source:
    """Read one YAML document of at most 1 MiB.

    The tree is there unless the text is no YAML at all; duplicate keys, anchors and the like leave it whole enough to
    go on looking for problems. Never raises on any bytes.
    """
    start = Place(file=file)
    if len(text) > SIZE_BYTES_MAX:
        return Source(None, (_too_large(len(text), start),))
    warnings = (_byte_order_mark(start),) if text.startswith(_BOM) else ()
    try:
        decoded = _decode(text.removeprefix(_BOM), file)
        builder = _Builder(file, decoded)
        root = builder.build()
    except _Unreadable as unreadable:
        return Source(None, (*warnings, unreadable.problem))
    return Source(root, (*warnings, *builder.problems[:PROBLEMS_MAX]))


def _decode(text: bytes, file: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        raise _Unreadable(
            Problem(
                place=Place(file=file, line=line, column=column),
                code="not-utf-8",
                message=f"the byte 0x{text[error.start]:02x} is not UTF-8",
                way_out="save the file in UTF-8",
            )
        ) from None


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


class _Builder:
    """Builds the tree from the parser's events, without recursion, so that no depth can exhaust the stack."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._documents = 0
        self._lines: list[str] | None = None
        self.problems: list[Problem] = []

    def build(self) -> Node:
        for event in self._events():
            self._take(event)
            if self._documents > 1:
                break
        if self._root is None or (isinstance(self._root, ScalarNode) and self._root.value is None):
            raise _Unreadable(
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
        except yaml.reader.ReaderError as error:
            raise _Unreadable(self._control_character(error)) from None
        except yaml.MarkedYAMLError as error:
            raise _Unreadable(self._no_yaml(error)) from None

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
            raise _Unreadable(
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
        if read_otherwise(written) and not self._is_enforcement():
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

    def _is_enforcement(self) -> bool:
        """``enforce: on`` is the profile's own word and means the same to every reader of it."""
        keys = {collection.key[0] for collection in self._open[-3:] if collection.key}
        return bool(keys & {"enforce", "default", "producers", "value"})

    def _place(self, mark: _Mark | None) -> Place:
        if mark is None:
            return Place(file=self._file)
        return Place(file=self._file, line=mark.line + 1, column=mark.column + 1)

    def _tell(self, place: Place, code: str, message: str, way_out: str) -> None:
        self.problems.append(Problem(place=place, code=code, message=message, way_out=way_out))

    def _no_yaml(self, error: yaml.MarkedYAMLError) -> Problem:
        mark = error.problem_mark or error.context_mark
        place = self._place(mark)
        if self._character(place) == "\t" or "\\t" in str(error.problem) or "tab" in str(error.problem):
            return Problem(
                place=place,
                code="yaml-tab",
                message="a tab stands where YAML wants spaces",
                way_out="indent with spaces",
            )
        said = next((ours for theirs, ours in SAID.items() if theirs in str(error.problem)), str(error.problem))
        return Problem(
            place=place, code="yaml-syntax", message=f"this is no YAML: {said}", way_out=self._way_to_yaml(place)
        )

    def _way_to_yaml(self, place: Place) -> str:
        for number in (place.line, place.line - 1):
            if number > 0 and _NO_BLANK.match(self._line(number)):
                return f"put a blank after the ':' in line {number}"
        return "look at indentation, quotes and brackets here and in the line above"

    def _control_character(self, error: yaml.reader.ReaderError) -> Problem:
        before = self._text[: int(error.position)]
        line = before.count("\n") + 1
        return Problem(
            place=Place(file=self._file, line=line, column=len(before) - before.rfind("\n")),
            code="control-character",
            message="a control character stands here",
            way_out="delete it; it is often invisible",
        )

    def _character(self, place: Place) -> str:
        return self._line(place.line)[place.column - 1 : place.column]

    def _indent(self, number: int) -> int:
        line = self._line(number)
        return len(line) - len(line.lstrip(" "))

    def _line(self, number: int) -> str:
        if self._lines is None:
            self._lines = self._text.split("\n")
        return self._lines[number - 1] if number <= len(self._lines) else ""


def _short(text: str) -> str:
    limit = 60
    return text if len(text) <= limit else text[:limit] + "..."


def _too_large(size: int, place: Place) -> Problem:
    return Problem(
        place=place,
        code="file-too-large",
        message=f"the file has {size:,} bytes, more than the {SIZE_BYTES_MAX:,} that a contract may have",
        way_out="split it into one contract for each entity",
    )


def _byte_order_mark(place: Place) -> Problem:
    return Problem(
        place=place,
        code="byte-order-mark",
        message="the file begins with a byte order mark",
        way_out="save it as UTF-8 without one; some tools choke on it",
        severity=Severity.WARNING,
    )
