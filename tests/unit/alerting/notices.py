"""Notices for tests: made the way that the real ones are, from findings that were settled."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sluice.contract.model import Contract
from sluice.finding.action import Action, Done
from sluice.finding.model import Evidence, Finding, OnBreach, Outcome, Severity
from sluice.finding.run import Run
from sluice.incident.batch import Around, settle
from sluice.incident.budget import budget_left
from sluice.incident.compose import Conversation, for_consumers, for_owners
from sluice.incident.notice import Notice
from sluice.incident.policy import Policy
from tests.unit.incident.findings import NOW, finding, flights

FLIGHTS = flights()
POLICY = Policy()


def breach(day: int = 8, **changed: Any) -> Finding:
    """It holds its period, and says where to look."""
    told = {
        "on_breach": OnBreach.HOLD,
        "observed": 52.688172,
        "description": "Breaks in the blizzard of 8 and 9 February 2013.",
        "dimension": "completeness",
        "evidence": (
            Evidence(kind="record", place="flights.validated[0]@1182"),
            Evidence(kind="file", place="staged/flights/flight/period=2013-02-08/0001-1.parquet", count=490),
        ),
    }
    return finding(day, **{**told, **changed})


def tails(day: int = 8, tail: str | None = "N14228", **changed: Any) -> Finding:
    plain = breach(
        day,
        check="tail_numbers_known",
        severity=Severity.WARNING,
        on_breach=OnBreach.WARN,
        expected="< 5 percent",
        observed=7.5,
        fields=("tailnum",),
        segment=(("carrier", "UA"), ("tailnum", tail)),
        evidence=(),
    )
    return replace(plain, **changed)


def stale(day: int = 8, **changed: Any) -> Finding:
    plain = breach(
        day,
        check="sla.latency",
        kind="latency",
        on_breach=OnBreach.WARN,
        expected="p99 <= 900 seconds",
        observed=4210.0,
        unit="seconds",
        attributed="judged > landed: the landing job",
        fields=(),
        evidence=(),
    )
    return replace(plain, **changed)


def budget(day: int = 8) -> Finding:
    return breach(
        day, check="sla.errorRate", kind="errorRate", outcome=Outcome.HOLDS, observed=0.3, expected="<= 0.5 percent"
    )


def around(contracts: Mapping[str, Contract], policy: Policy = POLICY) -> Around:
    return Around(contracts=contracts, now=NOW, policies=lambda _: policy, mark_key=b"of this installation")


def talk(*findings: Finding, contract: Contract | None = FLIGHTS, known: Any = None, **changed: Any) -> Conversation:
    actions = (
        Action(contract="flights", object="flight", period="2013-02-08", what=Done.HELD, why="departures_known"),
        Action(contract="flights", object="flight", period="2013-02-07", what=Done.PROMOTED),
    )
    contracts = {} if contract is None else {contract.id: contract}
    turns = settle(Run(findings=findings), known or {}, around(contracts))
    plain = Conversation(
        thread="0123456789abcdef0123456789abcdef",
        contract_id="flights",
        contract=contract,
        turns=tuple(turn for turn in turns if turn.told.is_open or turn.step.value != "nothing"),
        now=NOW,
        policy=POLICY,
        actions=actions,
        budget=budget_left(contract, findings) if contract else "",
        next_run_seconds=3600,
    )
    return replace(plain, **changed)


def opened() -> Notice:
    """Three incidents at once: staleness is the root, although nulls hold the period."""
    return _made(for_owners(talk(breach(), tails(), stale(), budget())))


def for_reports() -> Notice:
    """What the consumer of the whole object hears."""
    return _made(for_consumers(talk(breach(), stale()), FLIGHTS.consumers[1:]))


def resolved() -> Notice:
    """One incident that was open, over after two good windows."""
    before = talk(breach(on_breach=OnBreach.WARN))
    known = {turn.told.key: turn.told for turn in before.turns}
    good = [breach(day, outcome=Outcome.HOLDS, observed=0.4, on_breach=OnBreach.WARN) for day in (9, 10)]
    return _made(for_owners(talk(*good, known=known, actions=())))


def quiet() -> Notice:
    return replace(opened(), quiet=True, key="f" * 64)


def _made(notice: Notice | None) -> Notice:
    assert notice is not None
    return notice
