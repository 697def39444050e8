"""Whether the gate says of a golden record what its author expects."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from sluice.golden.example import Example, Expected, Word
from sluice.verdict.gate import Gate
from sluice.verdict.model import Control, Invalid, Record, Valid, Verdict, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One thing that was expected and is not so, or that is so and was not expected. Either may be missing."""

    what: str
    expected: str | None
    actual: str | None


def mismatches(example: Example, gate: Gate) -> tuple[Mismatch, ...]:
    """What differs between the expected verdict and the gate's; nothing where they agree."""
    record = Record(topic=gate.topics.raw, value=example.value, key=example.key, headers=example.headers)
    return tuple(_mismatches(example, gate.judge(record)))


def _mismatches(example: Example, verdict: Verdict) -> Iterator[Mismatch]:
    word, code, violations, observed = _parts(verdict)
    if word != example.verdict:
        actual = f"{word}, {code}" if code else word
        yield Mismatch(what="verdict", expected=example.verdict, actual=actual)
        for violation in violations:
            yield Mismatch(what="violation", expected=None, actual=_told(violation))
        return
    if example.code is not None and code != example.code:
        yield Mismatch(what="code", expected=example.code, actual=code or None)
    if example.violations is not None:
        yield from _sets("violation", example.violations, violations)
    if example.observed is not None:
        yield from _sets("observed violation", example.observed, observed)


def _parts(verdict: Verdict) -> tuple[Word, str, tuple[Violation, ...], tuple[Violation, ...]]:
    match verdict:
        case Valid(observed=observed):
            return "valid", "", (), observed
        case Control():
            return "control", "", (), ()
        case Invalid(code=code, violations=violations, observed=observed):
            return "invalid", code, violations, observed
        case _:
            assert_never(verdict)


def _sets(what: str, expected: Iterable[Expected], actual: tuple[Violation, ...]) -> Iterator[Mismatch]:
    wanted, found = Counter(expected), Counter(Expected.of(each) for each in actual)
    for missing in sorted((wanted - found).elements()):
        yield Mismatch(what=what, expected=str(missing), actual=None)
    told = {Expected.of(each): _told(each) for each in actual}
    for extra in sorted((found - wanted).elements()):
        yield Mismatch(what=what, expected=None, actual=told[extra])


def _told(violation: Violation) -> str:
    return f"{Expected.of(violation)} ({violation.expected})"
