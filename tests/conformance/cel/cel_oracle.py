"""The reference: cel-expr-python's own interpreter on the same checked expression and the same record.

Protobuf reads an absent timestamp as 1970 and an absent object as an empty one, where our rule is that absent equals
null. So before the interpreter sees the expression, each such field, where its value is used, is rewritten to
``has(field) ? field : null``. Nothing else is changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cel_expr_python import cel
from google.api.expr.v1alpha1 import checked_pb2
from google.protobuf import any_pb2, message_factory

from sluice.cel.environment import Environment, environment
from sluice.cel.shape import Shape
from sluice.cel.source import Prepared, prepare

NULLED = {"timestamp", "message"}


class Oracle:
    """Interprets rules over the records of one schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._known: Environment = environment(schema)
        full_name = next(iter(self._known.messages))
        self._message = message_factory.GetMessageClass(self._known.pool.FindMessageTypeByName(full_name))

    def outcome(self, source: str, record: Mapping[str, Any]) -> str:
        """``true``, ``false`` or ``error``."""
        ready = prepare(source, self._known.aliases)
        assert isinstance(ready, Prepared), ready
        checked = self._known.cel.compile(ready.text)
        expression = self._known.cel.deserialize(_absent_is_null(checked.serialize(), self._known.messages))
        try:
            value = expression.eval(data={"this": self.message(record)})
        except RuntimeError:
            return "error"
        return {True: "true", False: "false"}[value.plain_value()] if value.type() == cel.Type.BOOL else "error"

    def message(self, record: Mapping[str, Any]) -> Any:
        """The record as a protobuf message."""
        message = self._message()
        _fill(message, self._known.record, record)
        return message


def _fill(message: Any, shape: Shape, record: Mapping[str, Any]) -> None:
    message.SetInParent()
    for field in shape.fields:
        value = record.get(field.name)
        if value is None or field.shape is None:
            continue
        if field.shape.kind == "list":
            for element in value:
                _set(getattr(message, field.alias).add(), field.shape.item, element)
        elif field.shape.kind == "map":
            for key, element in value.items():
                _set(getattr(message, field.alias)[key], field.shape.item, element)
        else:
            _set(getattr(message, field.alias), field.shape, value)


def _set(target: Any, shape: Shape | None, value: Any) -> None:
    assert shape is not None
    if shape.kind == "message":
        _fill(target, shape, value)
    elif shape.kind == "timestamp":
        target.FromJsonString(value)
        target.SetInParent()
    else:
        target.value = int(value) if shape.kind == "int" else value
        target.SetInParent()


def _absent_is_null(serialized: bytes, messages: Mapping[str, Shape]) -> bytes:
    wrapped = any_pb2.Any.FromString(serialized)
    checked = checked_pb2.CheckedExpr.FromString(wrapped.value)
    ids = iter(range(max(_ids(checked.expr)) + 1, 1 << 30))
    for select in list(_nullable_selects(checked.expr, checked, messages, operand=False)):
        _guard(select, checked, ids)
    wrapped.value = checked.SerializeToString()
    return wrapped.SerializeToString()


def _nullable_selects(expr: Any, checked: Any, messages: Mapping[str, Shape], *, operand: bool) -> Iterator[Any]:
    """Selects of an absent-able timestamp or object whose value is used, innermost first."""
    is_select = expr.HasField("select_expr")
    for child in _children(expr):
        yield from _nullable_selects(child, checked, messages, operand=is_select)
    if not is_select or expr.select_expr.test_only or operand:
        return
    shape = messages.get(checked.type_map[expr.select_expr.operand.id].message_type)
    field = next((field for field in shape.fields if field.alias == expr.select_expr.field), None) if shape else None
    if field is not None and field.shape is not None and field.shape.kind in NULLED:
        yield expr


def _guard(select: Any, checked: Any, ids: Iterator[int]) -> None:
    value, present = type(select)(), type(select)()
    value.CopyFrom(select)
    present.CopyFrom(select)
    _renumber(present, checked, ids)
    present.select_expr.test_only = True
    checked.type_map[present.id].primitive = 1
    selected = select.id
    select.Clear()
    select.id = next(ids)
    checked.type_map[select.id].dyn.SetInParent()
    checked.reference_map[select.id].overload_id.append("conditional")
    call = select.call_expr
    call.function = "_?_:_"
    call.args.extend([present, value])
    null = call.args.add(id=next(ids))
    null.const_expr.null_value = 0
    checked.type_map[null.id].null = 0
    assert value.id == selected


def _renumber(expr: Any, checked: Any, ids: Iterator[int]) -> None:
    old, expr.id = expr.id, next(ids)
    if old in checked.type_map:
        checked.type_map[expr.id].CopyFrom(checked.type_map[old])
    if old in checked.reference_map:
        checked.reference_map[expr.id].CopyFrom(checked.reference_map[old])
    for child in _children(expr):
        _renumber(child, checked, ids)


def _ids(expr: Any) -> Iterator[int]:
    yield expr.id
    for child in _children(expr):
        yield from _ids(child)


def _children(expr: Any) -> list[Any]:
    match expr.WhichOneof("expr_kind"):
        case "select_expr":
            return [expr.select_expr.operand]
        case "call_expr":
            target = [expr.call_expr.target] if expr.call_expr.HasField("target") else []
            return [*target, *expr.call_expr.args]
        case "list_expr":
            return list(expr.list_expr.elements)
        case "struct_expr":
            return [part for entry in expr.struct_expr.entries for part in (entry.map_key, entry.value)]
        case "comprehension_expr":
            fold = expr.comprehension_expr
            return [fold.iter_range, fold.accu_init, fold.loop_condition, fold.loop_step, fold.result]
        case _:
            return []
