"""What many verdicts come to: counts, and the reasons, grouped so that a million failures make a short table."""

from dataclasses import dataclass, field
from typing import Any, Final

from sluice.verdict.message import message_of
from sluice.verdict.model import Control, Invalid, Valid, Verdict, Violation

GROUPS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a record was found."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True, kw_only=True)
class Reason:
    """One way in which records fail: how many do, and the first of them. ``observed`` ones reject nothing."""

    code: str
    rule: str
    pointer: str
    expected: str
    observed: bool
    first: Spot
    records: int = 0

    def as_json(self) -> dict[str, Any]:
        """The reason as a JSON object; the first record as file and line."""
        return {
            "code": self.code,
            "rule": self.rule,
            "pointer": self.pointer,
            "expected": self.expected,
            "observed": self.observed,
            "records": self.records,
            "first": {"file": self.first.file, "line": self.first.line},
        }


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of verdicts. ``failures`` keeps the first invalid records, ``beyond`` counts reasons past GROUPS_MAX.

    ``unkeyed`` of the ``control`` records are deletes whose key the file does not hold.
    """

    failures_max: int = 0
    valid: int = 0
    invalid: int = 0
    control: int = 0
    unkeyed: int = 0
    observed: int = 0
    beyond: int = 0
    failures: list[tuple[Spot, Invalid]] = field(default_factory=list)
    _reasons: dict[tuple[str, str, str, bool], Reason] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """How many records were judged."""
        return self.valid + self.invalid + self.control

    @property
    def reasons(self) -> list[Reason]:
        """The reasons, the most frequent first, those that reject before those that are only observed."""
        return sorted(self._reasons.values(), key=lambda each: (each.observed, -each.records, each.rule, each.pointer))

    def add(self, spot: Spot, verdict: Verdict) -> None:
        """Count one verdict."""
        match verdict:
            case Control():
                self.control += 1
            case Valid(observed=observed):
                self.valid += 1
                self._observe(spot, observed)
            case Invalid():
                self.invalid += 1
                if len(self.failures) < self.failures_max:
                    self.failures.append((spot, verdict))
                self._count(spot, verdict.code, verdict.violations, observed=False)
                if not verdict.violations:
                    self._put(spot, (verdict.code, "", "", False), message_of(verdict))
                self._observe(spot, verdict.observed)

    def _observe(self, spot: Spot, violations: tuple[Violation, ...]) -> None:
        if violations:
            self.observed += 1
            self._count(spot, "OBSERVED", violations, observed=True)

    def _count(self, spot: Spot, code: str, violations: tuple[Violation, ...], *, observed: bool) -> None:
        """A record counts once for a reason, however many of its items break the same rule."""
        distinct = {(code, each.rule, _general(each), observed): each.expected for each in violations}
        for key, expected in distinct.items():
            self._put(spot, key, expected)

    def _put(self, spot: Spot, key: tuple[str, str, str, bool], expected: str) -> None:
        reason = self._reasons.get(key)
        if reason is None:
            if len(self._reasons) >= GROUPS_MAX:
                self.beyond += 1
                return
            code, rule, pointer, observed = key
            reason = Reason(code=code, rule=rule, pointer=pointer, expected=expected, observed=observed, first=spot)
            self._reasons[key] = reason
        reason.records += 1


def _general(violation: Violation) -> str:
    """The pointer with array indexes as ``*``; the object's own for undeclared fields, whose names are endless."""
    steps = violation.pointer.split("/")
    if violation.keyword == "additionalProperties":
        steps = steps[:-1]
    return "/".join("*" if step.isdigit() else step for step in steps)
