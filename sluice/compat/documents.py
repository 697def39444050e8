"""The two schemas under comparison: where their references lead, and whether they take a given value."""

from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

import jsonschema_rs

OLD: Final = "compat:///old"
NEW: Final = "compat:///new"
_LITERAL: Final = frozenset({"enum", "const", "default", "examples", "required"})
_BY_NAME: Final = frozenset({"properties", "patternProperties", "definitions", "dependencies"})
_DROPPED: Final = frozenset({"$id", "$schema", "$comment", "x-sluice", "title", "description", "default", "examples"})


Schema = dict[str, Any] | bool


class Unprovable(Exception):  # noqa: N818 - a limit that was met, no defect
    """Too many cases, a pattern or a reference that this engine cannot follow: nothing is proven."""


class Documents:
    """Both schemas, their local references made absolute, so that any part of them can be passed around."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old = _placed(old, OLD)
        self.new = _placed(new, NEW)
        self._validators: dict[int, tuple[Any, Any]] = {}

    @cached_property
    def _registry(self) -> Any:
        return jsonschema_rs.Registry(
            [(OLD, _resource(self.old)), (NEW, _resource(self.new))], draft=jsonschema_rs.Draft7
        )

    def resolve(self, reference: str) -> Any:
        """What the reference points at; None where it leads nowhere in its own document."""
        base, _, pointer = reference.partition("#")
        if base not in {OLD, NEW} or (pointer and not pointer.startswith("/")):
            return None
        at: Any = self.old if base == OLD else self.new
        for step in pointer.split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(at, list) and name.isdigit() and int(name) < len(at):
                at = at[int(name)]
            elif isinstance(at, dict) and name in at:
                at = at[name]
            else:
                return None
        return at

    def takes(self, schema: Any, value: Any) -> bool:
        """Whether the value meets the part of a schema. Raises Unprovable where the part is no schema."""
        kept = self._validators.get(id(schema))
        if kept is None:
            kept = self._validators[id(schema)] = (schema, self._judge(schema))
        return bool(kept[1].is_valid(value))

    def _judge(self, schema: Any) -> Any:
        try:
            return jsonschema_rs.Draft7Validator(schema, registry=self._registry, validate_formats=True, offline=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            raise Unprovable from None


def _resource(schema: Any) -> Any:
    return schema if isinstance(schema, dict) else ({} if schema else {"not": {}})


def _placed(part: Any, base: str) -> Any:
    if isinstance(part, list):
        return [_placed(each, base) for each in part]
    if not isinstance(part, dict):
        return part
    return {word: _word(word, value, base) for word, value in part.items() if word not in _DROPPED}


def _word(word: str, value: Any, base: str) -> Any:
    if word in _LITERAL:
        return value
    if word in _BY_NAME and isinstance(value, dict):
        return {name: _placed(each, base) for name, each in value.items()}
    if word == "$ref" and isinstance(value, str) and value.startswith("#"):
        return base + value
    return _placed(value, base)
