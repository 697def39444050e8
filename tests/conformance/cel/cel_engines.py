"""Our two compiled forms of a rule, each as a function of source, schema and record to true, false or error."""

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sluice.cel.check import CheckedRule, check
from sluice.cel.environment import environment
from sluice.cel.runtime.errors import CelEvaluationError
from sluice.cel.shape import Shape


def checked(source: str, schema: Mapping[str, Any]) -> CheckedRule:
    rule = check(source, schema)
    assert isinstance(rule, CheckedRule), f"{source}: {rule}"
    return rule


def row_outcome(rule: CheckedRule, schema: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    del schema
    return _outcome(rule.compile(), record)


def struct_outcome(rule: CheckedRule, schema: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    return _outcome(rule.compile_struct(attribute), as_object(environment(schema).record, record))


def attribute(path: tuple[str, ...]) -> str:
    """Attribute names that are none of the fields' own, as a generated struct has them."""
    return ".".join("a_" + re.sub(r"\W", "_", name) for name in path)


def as_object(shape: Shape, value: Any) -> Any:
    """A decoded JSON value as a typed decoder would give it: int and float by the schema, absent as None."""
    if value is None:
        return None
    match shape.kind:
        case "message":
            fields = ((field, value.get(field.name)) for field in shape.fields)
            return SimpleNamespace(
                **{
                    attribute((field.name,)): None if field.shape is None else as_object(field.shape, inner)
                    for field, inner in fields
                }
            )
        case "list":
            assert shape.item is not None
            return [as_object(shape.item, element) for element in value]
        case "map":
            assert shape.item is not None
            return {key: as_object(shape.item, element) for key, element in value.items()}
        case "int":
            return int(value)
        case "double":
            return float(value)
        case _:
            return value


def _outcome(rule: Any, record: Any) -> str:
    try:
        return {True: "true", False: "false"}[rule(record)]
    except CelEvaluationError:
        return "error"
