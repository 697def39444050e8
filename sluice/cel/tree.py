"""The checked expression as a small tree of our own: typed nodes, with the macros recognised."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Type:
    """A CEL type; a wrapper is the type it wraps. ``params``: an element's, or key and value; ``name``: a message's."""

    kind: str
    params: "tuple[Type, ...]" = ()
    name: str = ""

    def contains(self, kind: str) -> bool:
        """Whether a value of this type is of the kind or holds a value of it."""
        return self.kind == kind or (self.kind != "type" and any(part.contains(kind) for part in self.params))


DYN: Final = Type("dyn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node knows: its type, and its offset in the source in code points."""

    type: Type
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Const(Node):
    """A literal; ``value`` is a Python value (uint and null are told apart by the type)."""

    value: bool | int | float | str | bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ident(Node):
    """A variable: ``this`` or the variable of a macro; or the name of a type, where the type's kind is ``type``."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Node):
    """``operand.field``, or ``has(operand.field)`` where ``test`` is set."""

    operand: Node
    field: str
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """A function or an operator; the receiver of a member call is the first argument."""

    function: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLiteral(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLiteral(Node):
    """``{k: v}``."""

    entries: tuple[tuple[Node, Node], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro(Node):
    """``source.name(variable, condition, result)``: all, exists, exists_one, map or filter.

    ``condition`` is None in a plain ``map``, ``result`` is None in all but ``map``.
    """

    name: str
    variable: str
    source: Node
    condition: Node | None
    result: Node | None


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    match node:
        case Select():
            return (node.operand,)
        case Call():
            return node.args
        case ListLiteral():
            return node.items
        case MapLiteral():
            return tuple(part for entry in node.entries for part in entry)
        case Macro():
            return tuple(part for part in (node.source, node.condition, node.result) if part is not None)
        case _:
            return ()
