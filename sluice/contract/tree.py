"""The tree of a YAML file: frozen nodes that know where they stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sluice.problem import Place

Plain = str | int | float | bool | None
Json = Plain | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarNode:
    """One value; ``written`` is its text, ``style`` how it stood there: nothing, a quote, ``|`` or ``>``."""

    value: Plain
    place: Place
    end_line: int
    written: str = ""
    style: str = ""
    indent: int = 0  # of the lines of a block

    def plain(self) -> Json:
        """The value itself."""
        return self.value

    def inside(self, line: int, column: int) -> Place:
        """The place of a point of the text, where the file shows the text as it is; else the place of the value."""
        match self.style:
            case "|":
                return replace(self.place, line=self.place.line + line, column=self.indent + column)
            case ">":
                return self.place
            case quote:
                return (
                    replace(self.place, column=self.place.column + len(quote) + column - 1) if line == 1 else self.place
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode:
    """A sequence of nodes."""

    items: tuple["Node", ...]
    place: Place
    end_line: int

    def plain(self) -> Json:
        """A fresh list of plain values."""
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a mapping with the place of the key."""

    key: str
    place: Place
    value: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNode:
    """A mapping in the order of the file; its keys are text and unique."""

    entries: tuple[Entry, ...]
    place: Place
    end_line: int
    _by_key: dict[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {entry.key: entry for entry in self.entries})

    def plain(self) -> Json:
        """A fresh dict of plain values."""
        return {entry.key: entry.value.plain() for entry in self.entries}

    def entry(self, key: str) -> Entry | None:
        """The entry under a key."""
        return self._by_key.get(key)

    def get(self, key: str) -> "Node | None":
        """The value under a key."""
        entry = self.entry(key)
        return entry.value if entry else None

    def text(self, key: str, default: str = "") -> str:
        """The text under a key, or the default where there is none or something else."""
        value = scalar(self.get(key))
        return value if isinstance(value, str) else default

    def flag(self, key: str) -> bool | None:
        """The boolean under a key, or None."""
        value = scalar(self.get(key))
        return value if isinstance(value, bool) else None

    def integer(self, key: str) -> int | None:
        """The whole number under a key, or None."""
        value = scalar(self.get(key))
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def map(self, key: str) -> "MapNode | None":
        """The mapping under a key, or None."""
        value = self.get(key)
        return value if isinstance(value, MapNode) else None

    def maps(self, key: str) -> Iterator["MapNode"]:
        """The mappings in the list under a key; anything else is passed over."""
        value = self.get(key)
        if isinstance(value, ListNode):
            yield from (item for item in value.items if isinstance(item, MapNode))

    def texts(self, key: str) -> Iterator[tuple[str, Place]]:
        """The texts in the list under a key, each with its place."""
        value = self.get(key)
        if isinstance(value, ListNode):
            for item in value.items:
                if isinstance(item, ScalarNode) and isinstance(item.value, str):
                    yield item.value, item.place

    def place_of(self, key: str) -> Place:
        """Where the key stands, or the mapping itself where it has no such key."""
        entry = self.entry(key)
        return entry.place if entry else self.place

    def place_of_value(self, key: str) -> Place:
        """Where the value under the key stands, or the mapping itself where it has no such key."""
        entry = self.entry(key)
        return entry.value.place if entry else self.place


Node = ScalarNode | ListNode | MapNode


def scalar(node: Node | None) -> Plain:
    """The value of a scalar node; None for everything else."""
    return node.value if isinstance(node, ScalarNode) else None


def descend(root: Node, path: Sequence[str | int]) -> Node:
    """The node at a path of keys and indexes, or the last node on the way that exists."""
    node = root
    for step in path:
        below = _child(node, step)
        if below is None:
            return node
        node = below
    return node


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, MapNode) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None
