"""From the serialized checked expression to the tree; what is not known here is refused, never guessed."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from google.api.expr.v1alpha1 import checked_pb2
from google.protobuf import any_pb2

from sluice.cel.tree import DYN, Call, Const, Ident, ListLiteral, Macro, MapLiteral, Node, Select, Type

RESULT: Final = "@result"
_PRIMITIVES: Final = {1: "bool", 2: "int", 3: "uint", 4: "double", 5: "string", 6: "bytes"}
_WELL_KNOWN: Final = {1: "any", 2: "timestamp", 3: "duration"}


class UnsupportedError(Exception):
    """A construct that the compiler does not take, with its offset in the source in code points."""

    def __init__(self, message: str, offset: int, way_out: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.way_out = way_out


def decode(serialized: bytes, written: Mapping[str, str]) -> Node:
    """The tree of a serialized checked expression (``google.protobuf.Any`` around ``cel.expr.CheckedExpr``).

    ``written`` maps stand-ins to what the author wrote, for the keys of maps: they are values, where names of fields
    are not.
    """
    wrapped = any_pb2.Any.FromString(serialized)
    return _Decoder(checked_pb2.CheckedExpr.FromString(wrapped.value), written).node_of_root()


class _Decoder:
    def __init__(self, checked: Any, written: Mapping[str, str]) -> None:
        self._checked = checked
        self._written = written

    def node_of_root(self) -> Node:
        return self._node(self._checked.expr)

    def _node(self, expr: Any) -> Node:
        kind = _type(self._checked.type_map[expr.id]) if expr.id in self._checked.type_map else DYN
        offset = self._checked.source_info.positions.get(expr.id, 0)
        match expr.WhichOneof("expr_kind"):
            case "const_expr":
                return Const(type=kind, offset=offset, value=_constant(expr.const_expr, offset))
            case "ident_expr":
                return Ident(type=kind, offset=offset, name=self._name(expr))
            case "select_expr":
                return self._select(expr, kind, offset)
            case "call_expr":
                call = expr.call_expr
                target = (call.target,) if call.HasField("target") else ()
                args = tuple(self._node(arg) for arg in (*target, *call.args))
                return Call(type=kind, offset=offset, function=call.function, args=args)
            case "list_expr":
                items = tuple(self._node(item) for item in expr.list_expr.elements)
                return ListLiteral(type=kind, offset=offset, items=items)
            case "struct_expr":
                return self._map(expr.struct_expr, kind, offset)
            case "comprehension_expr":
                return self._macro(expr.comprehension_expr, kind, offset)
            case other:
                raise UnsupportedError(f"the rule holds an expression of an unknown kind ({other})", offset)

    def _name(self, expr: Any) -> str:
        reference = self._checked.reference_map.get(expr.id)
        return str(reference.name) if reference is not None and reference.name else str(expr.ident_expr.name)

    def _select(self, expr: Any, kind: Type, offset: int) -> Node:
        if expr.id in self._checked.reference_map:  # a qualified name such as google.protobuf.Timestamp
            return Ident(type=kind, offset=offset, name=self._checked.reference_map[expr.id].name)
        select = expr.select_expr
        operand = self._node(select.operand)
        field = select.field if operand.type.kind == "message" else self._written.get(select.field, select.field)
        return Select(type=kind, offset=offset, operand=operand, field=field, test=select.test_only)

    def _map(self, struct: Any, kind: Type, offset: int) -> Node:
        if struct.message_name:
            raise UnsupportedError("a rule cannot build a message", offset)
        entries = tuple((self._node(entry.map_key), self._node(entry.value)) for entry in struct.entries)
        return MapLiteral(type=kind, offset=offset, entries=entries)

    def _macro(self, fold: Any, kind: Type, offset: int) -> Node:
        """Recognise a macro by the shape into which the parser expands it (CEL specification, "Macros")."""
        start, step = fold.accu_init, fold.loop_step
        condition: Any = None
        result: Any = None
        if fold.accu_var != RESULT or fold.iter_var2:
            raise UnsupportedError("the rule holds a loop of an unknown form", offset)
        if _is_call(step, "_&&_") and start.const_expr.bool_value:
            name, condition = "all", step.call_expr.args[1]
        elif _is_call(step, "_||_"):
            name, condition = "exists", step.call_expr.args[1]
        elif _is_call(fold.result, "_==_"):
            name, condition = "exists_one", step.call_expr.args[0]
        elif start.HasField("list_expr"):
            name = "map"
            if _is_call(step, "_?_:_"):
                condition, step = step.call_expr.args[0], step.call_expr.args[1]
            if not _is_call(step, "_+_"):
                raise UnsupportedError("the rule holds a loop of an unknown form", offset)
            result = step.call_expr.args[1].list_expr.elements[0]
            if condition is not None and result.ident_expr.name == fold.iter_var:
                name, result = "filter", None
        else:
            raise UnsupportedError("the rule holds a loop of an unknown form", offset)
        return Macro(
            type=kind,
            offset=offset,
            name=name,
            variable=fold.iter_var,
            source=self._node(fold.iter_range),
            condition=None if condition is None else self._node(condition),
            result=None if result is None else self._node(result),
        )


def _is_call(expr: Any, function: str) -> bool:
    return bool(expr.call_expr.function == function)


def _constant(constant: Any, offset: int) -> bool | int | float | str | bytes | None:
    match constant.WhichOneof("constant_kind"):
        case "null_value" | None:
            return None
        case "bool_value" | "int64_value" | "uint64_value" | "double_value" | "string_value" | "bytes_value" as kind:
            value: bool | int | float | str | bytes = getattr(constant, kind)
            return value
        case other:
            raise UnsupportedError(f"the rule holds a literal of an unknown kind ({other})", offset)


def _type(proto: Any) -> Type:
    read = _TYPES.get(proto.WhichOneof("type_kind"))
    return DYN if read is None else read(proto)


_TYPES: Final[dict[str, Callable[[Any], Type]]] = {
    "null": lambda _: Type("null"),
    "primitive": lambda proto: Type(_PRIMITIVES[proto.primitive]),
    "wrapper": lambda proto: Type(_PRIMITIVES[proto.wrapper]),
    "well_known": lambda proto: Type(_WELL_KNOWN[proto.well_known]),
    "list_type": lambda proto: Type("list", (_type(proto.list_type.elem_type),)),
    "map_type": lambda proto: Type("map", (_type(proto.map_type.key_type), _type(proto.map_type.value_type))),
    "message_type": lambda proto: Type("message", name=proto.message_type),
    "type": lambda proto: Type("type", (_type(proto.type),)),
}
