"""`sluice sla promote | hold | rollback`: what a person does to one period, with the reason, remembered."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import rich_click as click

from connections.options import me, with_options
from sla.commands.options import Office, office, shared
from sla.estate import Subject
from sla.publishing.promoted import finding_of
from sla.publishing.promotion import JOB, Desk, Intent
from sla.verdicts import Act, Period
from sluice.cli import hand_over
from sluice.finding.action import Action, Done
from sluice.finding.run import Run
from sluice.terminal import CLEAN, Fault, emit_json, err, faults_as_sentences, out

WORDS: Final = {Act.PROMOTE: "published", Act.HOLD: "held", Act.ROLL_BACK: "taken out of the published table"}


PARTS: Final[tuple[Callable[[Any], Any], ...]] = (
    click.argument("contract"),
    click.argument("period"),
    shared,
    click.option("--why", required=True, help="The reason; it is remembered, and seen by others."),
    click.option("--by", default=me, help="Who decides [default: the user of this machine]."),
)

_act = with_options(*PARTS)


@click.command()
@_act
def promote(**asked: Any) -> None:
    """Publish PERIOD of CONTRACT as it was last judged, whatever the verdict."""
    _carry_out(Act.PROMOTE, **asked)


@click.command()
@_act
def hold(**asked: Any) -> None:
    """Keep PERIOD of CONTRACT from being published until somebody promotes it; what is published stays."""
    _carry_out(Act.HOLD, **asked)


@click.command()
@_act
def rollback(**asked: Any) -> None:
    """Take PERIOD of CONTRACT out of the published table, and no other period."""
    _carry_out(Act.ROLL_BACK, **asked)


def _carry_out(  # noqa: PLR0913 - one parameter for each option
    act: Act, *, contract: str, period: str, why: str, by: str, as_json: bool, config: Path | None, **asked: Any
) -> None:
    with faults_as_sentences():
        if not why.strip():
            raise Fault("--why is empty: whoever looks at this period next wants to know")
        if by.strip() in {"", JOB}:
            raise Fault(f"--by '{by}' names nobody: what the job does, the job may undo")
        place = office(config=config, **asked)
        subject = place.one(contract)
        desk = Desk.of(subject, place.storage, place.table(subject))
        memory = desk.periods.get(_label(subject.grid.period, period))
        if memory.newest is None:
            raise Fault(f"period {period} of {subject.name} was never judged; `sluice sla run {subject.name}` does")
        if act is Act.ROLL_BACK and not (memory.published or desk.table.files(period)):  # a dead run may not remember
            raise Fault(f"nothing of period {period} of {subject.name} is published")
        intent = Intent(act=act, revision=memory.newest, why=why.strip())
        after = desk.carry_out(period, intent, datetime.now(UTC), by)
        if act is Act.PROMOTE:
            _tell(place, subject, after)
    if as_json:
        emit_json({"contract": subject.contract.id, "period": period, "standing": after.standing.value})
    else:
        out.print(f"period [bold]{period}[/] of {subject.name} is {WORDS[act]}: {after.standing.value}")
        if act is Act.HOLD and after.published:
            out.print("[dim]what is published of it stays; `sluice sla rollback` takes it out[/]")
    sys.exit(CLEAN)


def _tell(place: Office, subject: Subject, after: Period) -> None:
    """A published period lets its incident resolve; that nobody could be told of it takes nothing back."""
    contract = subject.contract
    done = Action(
        contract=contract.id, object=subject.described.name, period=after.label, what=Done.PROMOTED, why=after.why
    )
    now = datetime.now(UTC)
    taken = finding_of(subject, subject.grid.period(after.label), after, now)
    try:
        hand_over(Run(findings=(taken,) if taken else (), actions=(done,)), {contract.id: contract}, place.sources, now)
    except Fault as fault:
        err.print(f"[bold yellow]warning:[/] the period is published, and nobody was told: {fault}")


def _label(period_of: Callable[[str], Any], label: str) -> str:
    try:
        period_of(label)
    except ValueError as wrong:
        raise Fault(str(wrong)) from None
    return label
