"""Fields of the record: their values, has(), and the test for null."""

from typing import Final

from sluice.cel.access import converted, converter, raw_container
from sluice.cel.code import Code, Emitting
from sluice.cel.decode import UnsupportedError
from sluice.cel.shape import Shape
from sluice.cel.tree import Call, Ident, Node, Select

_CONTAINERS: Final = frozenset({"list", "map"})
_SCANNED: Final = frozenset({"string", "list", "map"})


def select(to: Emitting, node: Select, *, loose: bool) -> Code:
    """``operand.field``, or ``has(operand.field)``."""
    if node.operand.type.kind != "message":
        return _key(to, node)
    shape = _shape(to, node)
    raw = _raw(to, node, shape)
    if node.test:
        filled = f"(not not {raw.text})" if shape.kind in _CONTAINERS else f"({raw.text} is not None)"
        return Code(filled, safe=raw.safe)
    return scanned(to, node, value(to, raw, shape, loose=loose))


def value(to: Emitting, raw: Code, shape: Shape, *, loose: bool) -> Code:
    """The value of a field or an element from its raw value, which a decoder gave."""
    leaf = shape.item if shape.kind in _CONTAINERS and shape.item is not None else shape
    moment = leaf.kind == "timestamp"
    present = raw.present or shape.kind in _CONTAINERS
    if loose and leaf.kind == "int":
        return Code(raw_container(raw.text, shape), safe=raw.safe, present=present)
    text = converted(raw.text, shape, exact=to.access.exact)
    return Code(text, safe=raw.safe and not moment, present=present)


def container(to: Emitting, node: Node) -> tuple[Code, Shape | None]:
    """A list or map to look into: a field's own with its elements still raw (their shape is told), or any other."""
    if isinstance(node, Select) and not node.test and node.operand.type.kind == "message":
        shape = _shape(to, node)
        if shape.kind in _CONTAINERS:
            raw = _raw(to, node, shape)
            needed = shape.item is not None and bool(converter(shape.item, exact=to.access.exact))
            return Code(raw_container(raw.text, shape), safe=raw.safe), shape.item if needed else None
    return to.emit(node), None


def null_test(to: Emitting, node: Node) -> Code:
    """Code that is None exactly where the node is null; a field's value is not read for it."""
    if isinstance(node, Select) and not node.test and node.operand.type.kind == "message":
        shape = _shape(to, node)
        if shape.kind not in _CONTAINERS:
            return _raw(to, node, shape)
    variable = to.variable(node.name) if isinstance(node, Ident) else None
    return to.emit(node) if variable is None else Code(variable.text, safe=True, present=variable.present)


def elements_present(to: Emitting, source: Node) -> bool:
    """Whether no element of the list is null, and no key of the map: the schema says so for a field."""
    if to.careful or not isinstance(source, Select) or source.operand.type.kind != "message":
        return False
    shape = _shape(to, source)
    return shape.kind == "map" or (shape.item is not None and not shape.item.nullable)


def scanned(to: Emitting, node: Node, code: Code) -> Code:
    """The code, with its length taken from the budget where a loop reads one long value again and again."""
    if not to.loops or node.type.kind not in _SCANNED or _root(node) == to.loops[-1]:
        return code
    return Code(f"_scan({to.budget()}, {code.text})", present=code.present)


def _root(node: Node) -> str:
    while not isinstance(node, Ident):
        match node:
            case Select():
                node = node.operand
            case Call() if node.function == "_[_]":
                node = node.args[0]
            case _:
                return ""
    return node.name


def _shape(to: Emitting, node: Select) -> Shape:
    for field in to.message(node.operand).fields:
        if field.alias == node.field and field.shape is not None:
            return field.shape
    raise UnsupportedError(f"there is no field '{node.field}'", node.offset)


def _raw(to: Emitting, node: Select, shape: Shape) -> Code:
    element = isinstance(node.operand, Call) and node.operand.function == "_[_]"
    if not element and not isinstance(node.operand, Select | Ident):
        raise UnsupportedError("a field of this expression cannot be read", node.offset)
    with to.iterating():  # a list's raw value may be what a comprehension goes over
        parent = to.emit(node.operand)
    required = not shape.nullable and not to.careful
    text = to.access.read(parent.text, shape.path, required=required, present=parent.present)
    return Code(text, safe=parent.safe, present=required and parent.present)


def _key(to: Emitting, node: Select) -> Code:
    """``map.key`` and ``has(map.key)``."""
    holder, raw = container(to, node.operand)
    if to.kind(node.operand) != "map" or not holder.present:
        helper = "_has_member" if node.test else "_member"
        return Code(f"{helper}({holder.text}, {node.field!r})", present=node.test)
    if node.test:
        return Code(f"({node.field!r} in {holder.text})", safe=holder.safe)
    element = Code(f"{holder.text}[{node.field!r}]", present=False)
    return element if raw is None else value(to, element, raw, loose=False)
