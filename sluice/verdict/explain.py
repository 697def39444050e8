"""Explaining a failed record: every violation of the schema, with its rule, place and expectation, no value leaked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jsonschema_rs import ValidationError
from msgspec import Struct

from sluice.compile.ruleid import owner_pointer, rule_id
from sluice.verdict.model import Violation
from sluice.verdict.places import Kind, Step, pointer_of, steps_of, tokens_of
from sluice.verdict.wording import expected, text

_FACTS_MAX: Final = 10_000
_NAME_MAX: Final = 64


class Fact(Struct, frozen=True, kw_only=True):
    """What is the same for every violation of one keyword of the schema."""

    rule: str
    keyword: str
    expected: str
    steps: tuple[Step, ...]
    field: tuple[str, ...]
    pointer: str | None  # where it is the same for every record: no array on the way
    shown: bool
    observed: bool


class Finding(Struct, frozen=True, kw_only=True):
    """A violation, the field whose trustworthiness it takes away, and whether it rejects nothing."""

    violation: Violation
    field: tuple[str, ...] | None
    observed: bool


@dataclass(slots=True, kw_only=True)
class Explainer:
    """Turns errors of the JSON Schema engine into findings.

    ``shows_values`` is off for schemas of other teams: nobody has said there what may be shown. ``observed`` are
    prefixes of schema paths whose violations reject nothing; ``unknown_observed`` says the same of undeclared fields.
    """

    classified: tuple[tuple[str, ...], ...]
    observed: tuple[tuple[str, ...], ...]
    shows_values: bool
    unknown_observed: bool
    _facts: dict[tuple[str | int, ...], Fact] = field(default_factory=dict)

    def findings(self, errors: Iterator[ValidationError], row: Any, at: str) -> Iterator[Finding]:
        """All findings of one row; ``at`` is the pointer of the row within the record's value."""
        for error in errors:
            path = tuple(error.evaluation_path)
            keyword = path[-1] if path else ""
            if keyword == "required":
                yield self._missing(path, error, at)
            elif keyword == "additionalProperties":
                yield from self._unknown(path, error, row, at)
            else:
                yield self._broken(path, error, at)

    def _broken(self, path: tuple[str | int, ...], error: ValidationError, at: str) -> Finding:
        kind = error.kind
        fact = self._fact(path, kind.name, getattr(kind, "value", None))
        return _finding(fact, error, at, _shown(error.instance) if fact.shown else None)

    def _missing(self, path: tuple[str | int, ...], error: ValidationError, at: str) -> Finding:
        name = error.kind.value
        return _finding(self._fact((*path, name), "required", name), error, at, None)

    def _unknown(self, path: tuple[str | int, ...], error: ValidationError, row: Any, at: str) -> Iterator[Finding]:
        fact = self._fact(path, "additionalProperties", None)
        place = at + pointer_of(error.instance_path, fact.steps)
        secrets = self._classified_values(row)
        in_map = any(step.kind is Kind.KEY for step in fact.steps)
        for name in error.kind.value:
            named = not in_map and self.shows_values and _is_plain_name(name, secrets)
            yield Finding(
                violation=Violation(
                    rule=fact.rule,
                    pointer=f"{place}/{name}" if named else place,
                    keyword=fact.keyword,
                    expected=fact.expected,
                ),
                field=None,
                observed=fact.observed or self.unknown_observed,
            )

    def _fact(self, path: tuple[str | int, ...], keyword: str, value: Any) -> Fact:
        fact = self._facts.get(path)
        if fact is None:
            fact = self._learn(path, keyword, value)
            if len(self._facts) < _FACTS_MAX:
                self._facts[path] = fact
        return fact

    def _learn(self, path: tuple[str | int, ...], keyword: str, value: Any) -> Fact:
        missing = str(path[-1]) if len(path) > 1 and path[-2] == "required" and path[-1] == value else None
        schema_path = path[:-1] if missing is not None else path
        steps = steps_of(schema_path)
        names = tuple(step.name for step in steps) + ((missing,) if missing is not None else ())
        owner = tokens_of(owner_pointer(schema_path, missing))
        return Fact(
            rule=rule_id(schema_path, missing),
            keyword=keyword,
            expected=expected(keyword, value),
            steps=steps,
            field=names,
            pointer=pointer_of(names, steps) if all(step.kind is Kind.FIELD for step in steps) else None,
            shown=self.shows_values and self._declared(steps) and not self._is_classified(names),
            observed=any(owner[: len(prefix)] == prefix for prefix in self.observed),
        )

    @staticmethod
    def _declared(steps: Sequence[Step]) -> bool:
        """Whether the value stands at a declared field: reached by names and indexes, not by a map's keys."""
        return bool(steps) and all(step.kind is not Kind.KEY for step in steps)

    def _is_classified(self, names: tuple[str, ...]) -> bool:
        return any(names[: len(secret)] == secret for secret in self.classified)

    def _classified_values(self, row: Any) -> tuple[str, ...]:
        found: list[str] = []
        for path in self.classified:
            _collect(row, path, found)
        return tuple(found)


def explainer(
    *, classified: Sequence[str], observed: Sequence[str], shows_values: bool, unknown_observed: bool
) -> Explainer:
    """An explainer from pointers, as the annotation carries them."""
    return Explainer(
        classified=tuple(tokens_of(pointer) for pointer in classified),
        observed=tuple(tokens_of(pointer) for pointer in observed),
        shows_values=shows_values,
        unknown_observed=unknown_observed,
    )


def _finding(fact: Fact, error: ValidationError, at: str, actual: str | None) -> Finding:
    place = pointer_of(error.instance_path, fact.steps) if fact.pointer is None else fact.pointer
    violation = Violation(
        rule=fact.rule, pointer=at + place, keyword=fact.keyword, expected=fact.expected, actual=actual
    )
    return Finding(violation=violation, field=fact.field, observed=fact.observed)


def _shown(value: Any) -> str:
    """A scalar as JSON text; of an object or array only what it is, since its parts may be classified."""
    if isinstance(value, Mapping):
        return "an object"
    return "an array" if isinstance(value, list) else text(value)


def _is_plain_name(name: str, secrets: tuple[str, ...]) -> bool:
    """Whether an undeclared field's name may be told: it looks like a name, and holds no classified value."""
    plain = len(name) <= _NAME_MAX and name.isascii() and name.replace("-", "_").isidentifier()
    return plain and not any(secret in name or name in secret for secret in secrets)


def _collect(value: Any, path: tuple[str, ...], found: list[str]) -> None:
    if not path:
        _collect_scalars(value, found)
        return
    head, rest = path[0], path[1:]
    if head == "*":
        parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for part in parts:
            _collect(part, rest, found)
    elif isinstance(value, Mapping) and head in value:
        _collect(value[head], rest, found)


def _collect_scalars(value: Any, found: list[str]) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            found.append(str(key))
            _collect_scalars(part, found)
    elif isinstance(value, list):
        for part in value:
            _collect_scalars(part, found)
    elif value is not None and str(value):
        found.append(str(value))
