"""The keywords of 2019-09 that we answer ourselves: one error for each key, with the key as its message."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from jsonschema import Draft201909Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from sluice.contract.duration import parse

FORMATS: Final = FormatChecker(formats=())


def validator(schema: dict[str, Any]) -> Validator:
    """A validator whose errors about keys carry the key as message."""
    keywords = {
        "unevaluatedProperties": UnknownKeys(schema),
        "additionalProperties": _additional,
        "required": _required,
        "uniqueItems": _unique,
    }
    made: Validator = extend(Draft201909Validator, keywords)(schema, format_checker=FORMATS)  # type: ignore[no-untyped-call] # its stub has no types
    return made


class UnknownKeys:
    """The keyword ``unevaluatedProperties: false``: an unknown key is one that no applying part declares.

    The stock keyword calls a key unknown as soon as anything below it is wrong.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._always: dict[int, frozenset[str]] = {}  # by the identity of a part of the schema, which outlives us

    def __call__(self, at: Validator, closed: Any, instance: Any, here: dict[str, Any]) -> Iterator[ValidationError]:
        """One error for each unknown key."""
        if closed is not False or not isinstance(instance, dict):
            return
        if id(here) not in self._always:
            self._always[id(here)] = frozenset(names(here, self._schema, branches=False))
        if not instance.keys() <= self._always[id(here)]:
            declared = names(here, self._schema, at, instance)
            yield from (ValidationError(key) for key in instance if key not in declared)


def _additional(at: Validator, allowed: Any, instance: Any, here: dict[str, Any]) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    others = [key for key in instance if key not in here.get("properties", {})]
    if allowed is False and "unevaluatedProperties" not in here:
        yield from (ValidationError(key) for key in others)
    elif isinstance(allowed, dict):
        for key in others:
            yield from at.descend(instance[key], allowed, path=key)  # type: ignore[attr-defined] # public, missing in the stubs


def _required(_: Validator, keys: Any, instance: Any, __: dict[str, Any]) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        yield from (ValidationError(key) for key in keys if key not in instance)


def _unique(_: Validator, wanted: Any, instance: Any, __: dict[str, Any]) -> Iterator[ValidationError]:
    if not wanted or not isinstance(instance, list):
        return
    seen: set[str] = set()
    for index, item in enumerate(instance):
        written = json.dumps(item, sort_keys=True)
        if written in seen:
            yield ValidationError(written, path=[index])
        seen.add(written)


def names(
    here: Any, root: dict[str, Any], at: Validator | None = None, instance: Any = None, *, branches: bool = True
) -> set[str]:
    """The keys that a schema declares: for one instance, or (without ``at``) in any of its branches, or in none."""
    if not isinstance(here, dict):
        return set()
    found = set(here.get("properties", {}))
    if "$ref" in here:
        found |= names(resolve(here["$ref"], root), root, at, instance, branches=branches)
    for keyword in ("allOf", "anyOf", "oneOf") if branches else ("allOf",):
        for branch in here.get(keyword, []):
            found |= names(branch, root, at, instance, branches=branches)
    if "if" in here and branches:
        if at is None:
            found |= names(here.get("then"), root) | names(here.get("else"), root)
        else:
            taken = "then" if at.evolve(schema=here["if"]).is_valid(instance) else "else"
            found |= names(here.get(taken), root, at, instance)
    return found


def resolve(reference: str, root: dict[str, Any]) -> Any:
    """The part of the document that a local reference names."""
    part: Any = root
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


@FORMATS.checks("date", ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@FORMATS.checks("date-time", ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


@FORMATS.checks("uri", ValueError)
def _is_uri(value: object) -> bool:
    """A variable stands for an address that is known only where the contract is deployed."""
    return not isinstance(value, str) or "${" in value or bool(urlsplit(value).scheme)


@FORMATS.checks("duration")
def _is_duration(value: object) -> bool:
    return not isinstance(value, str) or parse(value) is not None


@FORMATS.checks("timezone")
def _is_timezone(value: object) -> bool:
    return not isinstance(value, str) or value in available_timezones()
