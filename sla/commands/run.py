"""`sluice sla run`: what a scheduler calls; it needs nothing but this command."""

import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import rich_click as click

from sla.clock import refuse_ahead
from sla.commands.after import leave_word
from sla.commands.balancing import balancing
from sla.commands.bar import bar
from sla.commands.options import Moment, Office, instant, office, shared
from sla.commands.run_view import as_json as run_as_json
from sla.commands.run_view import show
from sla.estate import chosen
from sla.paths import FINDINGS as FINDINGS_FOLDER
from sla.run import Circumstances, Outcome, unasked
from sla.run import run as run_one
from sla.verdicts import Standing
from sluice.cli import hand_over
from sluice.finding.action import Action, Done
from sluice.finding.codec import encode, encode_actions
from sluice.finding.run import Reach, Run
from sluice.terminal import CLEAN, FINDINGS, Fault, emit_json, err, faults_as_sentences, out

FIRST_ZONE: Final = ZoneInfo("Etc/GMT-14")
"""Where each day begins first."""


@click.command()
@click.argument("names", metavar="[CONTRACT]...", nargs=-1)
@shared
@click.option("--as-of", type=Moment(), help="Judge as of a moment that has passed [default: now].")
@click.option("--backfill", is_flag=True, help="History is being replayed: levels of time are not judged.")
@click.option("--bootstrap", metavar="HOST:PORT,...", help="The brokers, which the ledger asks.")
@click.option("--without-ledger", is_flag=True, help="Publish without asking Kafka whether anything is missing.")
@click.option("--no-alerts", is_flag=True, help="Tell nobody; findings are written all the same.")
def run(  # noqa: PLR0913 - one parameter for each option
    names: tuple[str, ...],
    *,
    as_of: datetime | date | None,
    backfill: bool,
    without_ledger: bool,
    no_alerts: bool,
    as_json: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """Stage, judge and publish or hold what has landed of each CONTRACT (its id, or contract.object; all without any).

    It may be called as often as you like, by cron or any scheduler; two runs at once do no harm.

    Exit 0: nothing is breached. 1: something is. 2: the world's fault, or a bad call.
    """
    with faults_as_sentences():
        place = office(config=config, **asked)
        now = datetime.now(UTC)
        refuse_ahead(place.storage, now)
        if as_of is not None and _is_ahead(as_of, now):
            raise Fault("--as-of is in the future: what has not happened cannot be judged")
        failed: list[Exception] = []
        outcomes = tuple(_outcomes(place, names, now, as_of, failed, backfill=backfill, ledger=not without_ledger))
        if failed and not outcomes:
            raise failed[0]
        at = now if as_of is None else _latest(outcomes, now)
        found = Run(
            findings=tuple(finding for each in outcomes for finding in each.findings),
            actions=_actions(outcomes),
            reach=Reach.OBJECTS if names or failed else Reach.ESTATE,
        )
        told = _hand_over(place, found, at, tell=not no_alerts)
        if not failed:
            leave_word(place, outcomes, now)
    if as_json:
        emit_json(run_as_json(outcomes, told))
    else:
        show(outcomes, told, out)
    with faults_as_sentences():
        for error in failed:
            raise error  # after the others were told of: one that fails is no reason for silence
    breached = any(finding.outcome.value in {"breached", "failed"} for each in outcomes for finding in each.findings)
    sys.exit(FINDINGS if breached else CLEAN)


def _outcomes(  # noqa: PLR0913 - one parameter for each option
    place: Office,
    names: tuple[str, ...],
    now: datetime,
    as_of: datetime | date | None,
    failed: list[Exception],
    *,
    backfill: bool,
    ledger: bool,
) -> Iterator[Outcome]:
    """One after the other; what fails is kept in ``failed``, and the others go on."""
    balance = balancing(place) if ledger and place.settings.sla.ledger else unasked
    for subject in chosen(place.estate, names):
        around = Circumstances(
            storage=place.storage,
            estate=place.estate,
            now=now,
            as_of=min(instant(as_of, subject.grid.zone, now), now),
            grace=place.settings.sla.grace,
            batch_bytes=place.settings.sla.batch_bytes,
            backfill=backfill,
            balance=balance,
        )
        try:
            with bar(f"{subject.name}: staging") as tell:
                outcome = run_one(subject, place.table(subject), replace(around, tell=tell))
        except Exception as error:  # noqa: BLE001 - also a defect of ours is no reason for silence about the others
            err.print(f"{subject.name} could not be judged ({type(error).__name__}); the others go on", markup=False)
            failed.append(error)
            continue
        yield outcome


def _is_ahead(as_of: datetime | date, now: datetime) -> bool:
    """A moment that is to come; of a day, everywhere: where it has not begun yet, it is now that is judged by."""
    return instant(as_of, FIRST_ZONE, now) > now


def _latest(outcomes: tuple[Outcome, ...], now: datetime) -> datetime:
    """The time of a run that looks back: incidents of then are of then."""
    return max((each.as_of for each in outcomes), default=now)


def _hand_over(place: Office, found: Run, now: datetime, *, tell: bool) -> dict[str, Any]:
    """Write the findings for whoever tells people, then have them told."""
    name = f"{FINDINGS_FOLDER}{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    path = f"{name}.jsonl"
    place.storage.put_new(f"{name}.actions.jsonl", encode_actions(found.actions))
    place.storage.put_new(path, encode(found.findings))
    if not tell:
        return {"findings": place.storage.uri(path)}
    contracts = {each.contract.id: each.contract for each in place.estate}
    delivered = hand_over(found, contracts, place.sources, now)
    return {"findings": place.storage.uri(path), "alerts": delivered.as_json()}


def _actions(outcomes: tuple[Outcome, ...]) -> tuple[Action, ...]:
    done = {
        Standing.PROMOTED: Done.PROMOTED,
        Standing.HELD: Done.HELD,
        Standing.STALE: Done.HELD,
        Standing.ROLLED_BACK: Done.ROLLED_BACK,
        Standing.OPEN: Done.NONE,
    }
    return tuple(
        Action(
            contract=outcome.subject.contract.id,
            object=outcome.subject.described.name,
            period=each.period.label,
            what=done[each.memory.standing],
            why=each.memory.why,
        )
        for outcome in outcomes
        for each in outcome.periods
    )
