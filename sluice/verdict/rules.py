"""Rules across fields: run where the fields that they read can be trusted, an evaluation error is a violation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sluice.cel.check import CheckedRule, check
from sluice.cel.problem import CelProblem
from sluice.cel.runtime.errors import CelEvaluationError
from sluice.verdict.annotation import Annotation, NotAContract
from sluice.verdict.explain import Finding
from sluice.verdict.model import Violation
from sluice.verdict.places import tokens_of
from sluice.verdict.wording import expected

BROKEN: Final = "cel"
NOT_EVALUATED: Final = "cel-error"
OF_RULES: Final = (BROKEN, NOT_EVALUATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """One rule, checked against the declared fields and compiled to a closure over a decoded row."""

    id: str
    holds: Callable[[Any], bool]
    checked: CheckedRule
    reads: tuple[tuple[str, ...], ...]
    tops: frozenset[str]  # the outermost names of what it reads: a quick no for most overlaps
    sentence: str
    severity: str
    observed: bool


def compile_rules(annotation: Annotation, schema: dict[str, Any]) -> tuple[CompiledRule, ...]:
    """Compile every rule of the annotation; NotAContract names the first that does not type-check."""
    compiled: list[CompiledRule] = []
    for rule in annotation.rules:
        checked = check(rule.cel, schema)
        if isinstance(checked, CelProblem):
            raise NotAContract(f"rule {rule.id} does not compile: {checked.message}")
        reads = tuple(tokens_of(pointer) for pointer in checked.reads if pointer)
        compiled.append(
            CompiledRule(
                id=rule.id,
                holds=checked.compile(),
                checked=checked,
                reads=reads,
                tops=frozenset(read[0] for read in reads),
                sentence=expected("const", rule.cel) if not rule.description else rule.description[:256],
                severity=rule.severity,
                observed=rule.enforce == "observe" or rule.severity == "warning",
            )
        )
    return tuple(compiled)


def broken_rules(rules: tuple[CompiledRule, ...], row: Any, at: str, broken: set[tuple[str, ...]]) -> Iterator[Finding]:
    """The rules that a row breaks; ``broken`` are the fields that did not pass the schema."""
    if () in broken:
        return  # the row itself is not of the declared type
    tops = {field[0] for field in broken}
    for rule in rules:
        if not tops.isdisjoint(rule.tops) and any(_overlap(read, field) for read in rule.reads for field in broken):
            continue
        try:
            if rule.holds(row):
                continue
            keyword = BROKEN
        except CelEvaluationError:
            keyword = NOT_EVALUATED
        yield Finding(
            violation=Violation(
                rule=rule.id, pointer=at, keyword=keyword, expected=rule.sentence, severity=rule.severity
            ),
            field=None,
            observed=rule.observed,
        )


def _overlap(read: tuple[str, ...], field: tuple[str, ...]) -> bool:
    """Whether one is a part of the other; ``*`` stands for any index or key."""
    return all(a == b or "*" in (a, b) for a, b in zip(read, field, strict=False))
