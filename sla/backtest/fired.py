"""One rule over many periods: how often it would have fired, and how often it could not say."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sla.verdicts import Period as Memory
from sluice.finding.model import Finding, Outcome

GRAVEST: Final = (Outcome.BREACHED, Outcome.FAILED, Outcome.HOLDS, Outcome.SKIPPED)
BROKEN: Final = frozenset({Outcome.BREACHED, Outcome.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A period counts once, whatever its segments: as fired, as failed (the check could not run), as fine, or skipped.

    ``fired`` are labels, ``judged`` counts those that fired and those that were fine, ``held`` those that the rule
    would have held back. ``recorded`` counts the periods in whose last judging a check of this name was broken.
    ``reasons`` are those of what was skipped or failed, with how many periods told them.
    """

    check: str
    kind: str
    fired: tuple[str, ...]
    judged: int
    skipped: int
    failed: int
    held: int
    recorded: int
    reasons: Mapping[str, int]


def fired(check: str, judged: Sequence[tuple[str, tuple[Finding, ...]]], memories: Mapping[str, Memory]) -> Fired:
    """Count. ``judged`` holds each period's label with the check's findings, at least one period and finding."""
    outcomes = {label: gravest(findings) for label, findings in judged}
    counts = Counter(outcomes.values())
    reasons: Counter[str] = Counter()
    for label, findings in judged:
        if outcomes[label] in {Outcome.SKIPPED, Outcome.FAILED}:
            reasons.update({each.reason for each in findings if each.outcome is outcomes[label]})
    return Fired(
        check=check,
        kind=judged[0][1][0].kind,
        fired=tuple(label for label, outcome in outcomes.items() if outcome is Outcome.BREACHED),
        judged=counts[Outcome.BREACHED] + counts[Outcome.HOLDS],
        skipped=counts[Outcome.SKIPPED],
        failed=counts[Outcome.FAILED],
        held=sum(any(each.holds_period for each in findings) for _, findings in judged),
        recorded=sum(_recorded(check, memories.get(label)) for label in outcomes),
        reasons=dict(reasons.most_common()),
    )


def gravest(findings: Iterable[Finding]) -> Outcome:
    """Of all segments together: what a person would want to hear of first."""
    found = {each.outcome for each in findings}
    return next(outcome for outcome in GRAVEST if outcome in found)


def _recorded(check: str, memory: Memory | None) -> bool:
    revision = memory.newest if memory else None
    return revision is not None and any(each.check == check and each.outcome in BROKEN for each in revision.findings)
