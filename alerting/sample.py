"""A notice that says of itself that it is a test, and its end."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sluice.finding.model import Finding, OnBreach, Outcome, Severity, Window
from sluice.incident.compose import Conversation, Turn, for_owners
from sluice.incident.decide import Step
from sluice.incident.key import key_of
from sluice.incident.notice import Notice
from sluice.incident.policy import Policy
from sluice.incident.told import State, Told


def sample(now: datetime) -> tuple[Notice, Notice]:
    """An incident that opens and the same one resolved, in a conversation of their own."""
    finding = Finding(
        contract="test",
        version="1.0.0",
        object="",
        check="does_it_arrive",
        kind="platform",
        window=Window(start=now - timedelta(minutes=1), end=now),
        outcome=Outcome.BREACHED,
        expected="this is a test: nothing is wrong, and nothing is to be done",
        severity=Severity.ERROR,
        on_breach=OnBreach.NONE,
        description="Sent by `sluice alerts test`.",
    )
    told = Told(
        key=key_of(finding), state=State.OPEN, since=now, opened_at=now, openings=(now,), breaches=1, last=finding
    )
    thread = uuid4().hex
    over = replace(told, state=State.RESOLVED, resolved_at=now)
    return _notice(told, Step.OPENED, thread, now), _notice(over, Step.RESOLVED, thread, now)


def _notice(told: Told, step: Step, thread: str, now: datetime) -> Notice:
    turn = Turn(told=told, step=step, quiet=False)
    talk = Conversation(
        thread=thread, contract_id="test", contract=None, turns=(turn,), now=now, policy=Policy(), next_run_seconds=300
    )
    notice = for_owners(talk)
    if notice is None:
        raise AssertionError("unreachable: something happened")
    return replace(notice, test=True)
