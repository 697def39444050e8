"""`sluice sla retention`: what is due to go by the contracts' retention, and, when told so, its removal."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import rich_click as click

from connections.options import me
from sla.commands.options import Moment, Office, instant, office, shared
from sla.commands.retention_view import as_json as plan_as_json
from sla.commands.retention_view import files_as_json, show
from sla.estate import Subject, chosen
from sla.retention.enforce import enforce
from sla.retention.findings import outdated
from sla.retention.plan import Plan, Upkeep, plan
from sluice.terminal import CLEAN, emit_json, faults_as_sentences, out


@click.command()
@click.argument("names", metavar="[CONTRACT]...", nargs=-1)
@shared
@click.option("--yes", is_flag=True, help="Remove what is listed [default: only list it].")
@click.option("--as-of", type=Moment(), help="Count from a moment that has passed [default: now].")
@click.option("--by", default=me, help="Who decides [default: the user of this machine].")
def retention(  # noqa: PLR0913 - one parameter for each option
    names: tuple[str, ...],
    *,
    yes: bool,
    as_of: datetime | date | None,
    by: str,
    as_json: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """List what is due to go of each CONTRACT (its id, or contract.object; all without any); remove it with --yes.

    Periods wholly past the contract's retention go with their landed, typed and published rows. Whatever its
    retention: uploads and files that dead writers left behind, what the job keeps and a newer file stands for, old
    snapshots of the published table, and, where no contract is named, old files of findings.

    Exit 0, whether anything is due or not; 2: the world's fault, or a bad call.
    """
    with faults_as_sentences():
        place = office(config=config, **asked)
        now = datetime.now(UTC)
        records: dict[str, str] = {}
        plans = tuple(_planned(place, each, now, as_of) for each in chosen(place.estate, names))
        findings = () if names else outdated(place.storage, now - place.settings.sla.findings_kept)
        if not as_json:
            show(plans, findings, out, dry=not yes)
        for each in plans if yes else ():
            if not each.empty:
                table = place.table(each.subject)
                records[each.subject.name] = enforce(each, place.storage, table, now, by)
        for entry in findings if yes else ():
            place.storage.delete(entry.path)
    if as_json:
        contracts = [plan_as_json(each, records) for each in plans]
        emit_json({"removed": yes, "contracts": contracts, "findings": files_as_json(findings)})
    for name, record in records.items() if not as_json else ():
        out.print(f"[green]removed[/] of {name}; the record of it is {record}")
    sys.exit(CLEAN)


def _planned(place: Office, subject: Subject, now: datetime, as_of: datetime | date | None) -> Plan:
    told = place.settings.sla
    upkeep = Upkeep(
        now=now,
        as_of=min(instant(as_of, subject.grid.zone, now), now),
        orphans_after=told.orphans_after,
        snapshots_kept=told.snapshots_kept,
    )
    return plan(subject, place.storage, place.table(subject), upkeep)
