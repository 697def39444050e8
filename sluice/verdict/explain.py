"""Explaining a failed record: every violation of the schema, with its rule, place and expectation, no value leaked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jsonschema_rs import ValidationError
from msgspec import Struct

from sluice.compile.ruleid import owner_pointer, rule_id
from sluice.verdict.model import Violation
from sluice.verdict.names import UndeclaredNames
from sluice.verdict.places import Kind, Step, pointer_of, steps_of, tokens_of
from sluice.verdict.wording import expected, text

_FACTS_MAX: Final = 10_000


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
    _facts: dict[tuple[str | int | None, ...], Fact] = field(default_factory=dict)

    def findings(self, errors: Iterator[ValidationError], row: Any, at: str) -> Iterator[Finding]:
        """All findings of one row; ``at`` is the pointer of the row within the record's value."""
        names: UndeclaredNames | None = None
        for error in errors:
            path = tuple(error.evaluation_path)
            known = self._facts.get(path)
            if known is not None and known.keyword != "additionalProperties":
                yield _finding(known, error, at, _shown(error.instance) if known.shown else None)
                continue
            kind = error.kind  # and not the path's last step, which may be a field of that name
            if kind.name == "required":
                yield self._missing(path, kind.value, error, at)
            elif kind.name == "additionalProperties":
                names = names or UndeclaredNames(row, self.classified)
                yield from self._unknown(path, error, names, at)
            else:
                fact = self._fact(path, kind.name, getattr(kind, "value", None))
                yield _finding(fact, error, at, _shown(error.instance) if fact.shown else None)

    def _missing(self, path: tuple[str | int, ...], name: str, error: ValidationError, at: str) -> Finding:
        return _finding(self._fact(path, "required", name, missing=name), error, at, None)

    def _unknown(
        self, path: tuple[str | int, ...], error: ValidationError, names: UndeclaredNames, at: str
    ) -> Iterator[Finding]:
        fact = self._fact(path, "additionalProperties", None)
        place = at + pointer_of(error.instance_path, fact.steps)
        in_map = any(step.kind is Kind.KEY for step in fact.steps)
        for name in error.kind.value:
            named = not in_map and self.shows_values and names.may_be_told(name)
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

    def _fact(self, path: tuple[str | int, ...], keyword: str, value: Any, *, missing: str | None = None) -> Fact:
        known = path if missing is None else (*path, None, missing)
        fact = self._facts.get(known)
        if fact is None:
            fact = self._learn(path, keyword, value, missing)
            if len(self._facts) < _FACTS_MAX:
                self._facts[known] = fact
        return fact

    def _learn(self, path: tuple[str | int, ...], keyword: str, value: Any, missing: str | None) -> Fact:
        steps = steps_of(path)
        names = tuple(step.name for step in steps) + ((missing,) if missing is not None else ())
        owner = tokens_of(owner_pointer(path, missing))
        return Fact(
            rule=rule_id(path, missing),
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
        """Whether the field is classified, or in what is, or has parts that are: a text may stand in their place."""
        return any(all(a == b for a, b in zip(names, secret, strict=False)) for secret in self.classified)


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
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else text(value)
