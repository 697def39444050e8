"""The stable id of a rule, made from the place of its keyword in the schema: what dashboards and fixes match on."""

from collections.abc import Sequence
from typing import Final

RECORD: Final = "record"
"""What the id calls the whole record."""

KEYWORDS: Final = frozenset({
    "type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "exclusiveMinimum", "maximum",
    "exclusiveMaximum", "multipleOf", "required", "unknown", "minProperties", "maxProperties", "minItems", "maxItems",
    "uniqueItems",
})  # fmt: skip
"""What an id of a rule of our own schemas can end in."""

_IN_OBJECT: Final = "properties"


def rule_id(schema_path: Sequence[str | int], required_name: str | None = None) -> str:
    """The id of the rule at this path.

    ``properties/dep_time/maximum`` is ``dep_time.maximum``; items are ``legs[]``, map values ``prices{}``, map keys
    ``prices{key}``. ``required_name`` is the missing field of a ``required`` keyword: ``address.zip.required``.
    An object's own ``additionalProperties: false`` is ``<object>.unknown``. A path that our compilers do not make
    (another team's schema) is its own JSON pointer: ``#/allOf/0/minimum``.
    """
    place = _place(schema_path)
    if place is None:
        return "#" + "".join(f"/{_escaped(str(step))}" for step in schema_path)
    names, keyword = place
    if keyword == "required" and required_name is not None:
        return f"{names}.{required_name}.required" if names else f"{required_name}.required"
    return f"{names or RECORD}.{'unknown' if keyword == 'additionalProperties' else keyword}"


def owner_pointer(schema_path: Sequence[str | int], required_name: str | None = None) -> str:
    """The schema pointer of the field that a violation is about, to be matched with the ``observed`` prefixes.

    A missing field is about the field, although the keyword stands at its object: ``required`` with ``dep_time`` is
    ``/properties/dep_time/required``.
    """
    steps = [str(step) for step in schema_path]
    if required_name is not None and steps and steps[-1] == "required":
        steps = [*steps[:-1], _IN_OBJECT, required_name, "required"]
    return "".join(f"/{_escaped(step)}" for step in steps)


def _place(path: Sequence[str | int]) -> tuple[str, str] | None:
    """The name of the field and the keyword; None for a path that our compilers do not make."""
    names, at = "", 0
    while at < len(path) - 1:
        match path[at]:
            case "properties":
                names = f"{names}.{path[at + 1]}" if names else str(path[at + 1])
                at += 2
            case "items":
                names, at = f"{names}[]", at + 1
            case "additionalProperties":
                names, at = f"{names}{{}}", at + 1
            case "propertyNames":
                names, at = f"{names}{{key}}", at + 1
            case _:
                return None
    return (names, str(path[at])) if at == len(path) - 1 else None


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
