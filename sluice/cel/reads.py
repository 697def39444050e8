"""Which fields of the record a rule reads."""

from collections.abc import Iterator

from sluice.cel.shape import Shape
from sluice.cel.tree import Node, Select, parts


def reads(root: Node, messages: dict[str, Shape]) -> tuple[str, ...]:
    """RFC 6901 pointers, sorted; they stop at an array or a map, which is read as a whole."""
    return tuple(sorted({_pointer(path) for path in _paths(root, messages)}))


def _paths(node: Node, messages: dict[str, Shape]) -> Iterator[tuple[str, ...]]:
    if isinstance(node, Select) and node.operand.type.kind == "message":
        for field in messages[node.operand.type.name].fields:
            if field.alias == node.field and field.shape is not None:
                yield field.shape.path
        inner = node.operand
        while isinstance(inner, Select):  # the objects on the way are read only as the way
            inner = inner.operand
        yield from _paths(inner, messages)
        return
    for part in parts(node):
        yield from _paths(part, messages)


def _pointer(path: tuple[str, ...]) -> str:
    fixed = path[: path.index("*")] if "*" in path else path
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in fixed)
