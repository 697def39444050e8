"""`sluice apply`: the plan that was reviewed, and no other."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import rich_click as click
from rich.markup import escape

from connections.logs import configure
from registry_sync.apply import Apply
from registry_sync.change import Change
from registry_sync.commands.options import shared
from registry_sync.contracts import read_contracts
from registry_sync.plan import Plan
from registry_sync.problems import tell_problems
from registry_sync.request import PlanFile, Request, read_plan_file
from registry_sync.session import Session, session
from registry_sync.table import show
from registry_sync.words import VERBS, many
from sluice.terminal import CLEAN, FINDINGS, Fault, emit_json, err, faults_as_sentences, out

PLAN_SUFFIX: Final = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What allows an apply: the checksum of the reviewed plan, or a yes; and whether refusals are overruled."""

    checksum: str | None
    yes: bool
    force: bool
    reviewed: PlanFile | None


@click.command()
@click.argument("contracts", nargs=-1, required=True, metavar="CONTRACTS...|PLAN.json")
@shared
@click.option("--checksum", help="Apply only if the plan is the one with this checksum.")
@click.option("--yes", is_flag=True, help="Apply whatever the plan holds, without a question.")
@click.option("--force", is_flag=True, help="Overrule refusals that can be overruled.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def apply(  # noqa: PLR0913 - one parameter for each option
    contracts: tuple[str, ...],
    *,
    checksum: str | None,
    yes: bool,
    force: bool,
    as_json: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """Apply what `sluice plan` showed: CONTRACTS again, or the plan file that it wrote.

    The plan is made again, and applied only if it is the reviewed one: the same checksum, else a yes at the prompt.

    Exit 0: applied, or nothing to do. 1: refused, or changed since the review. 2: a world's fault or a bad call.
    """
    with faults_as_sentences():
        request = Request(contracts=contracts, config=str(config) if config else None, **asked)
        reviewed = _reviewed(request, checksum)
        if reviewed is not None:
            request, checksum = reviewed.request, reviewed.checksum
        if yes and checksum is not None:
            raise Fault("--yes takes whatever the plan holds, and a checksum one plan alone; give one of the two")
        found, problems = read_contracts(request.contracts)
        if tell_problems(problems, as_json=as_json):
            sys.exit(FINDINGS)
        with session(request) as connected:
            with err.status("asking the registry and the brokers"):
                made = connected.plan(found, request)
            if not as_json:
                show(made, out)
            consent = Consent(checksum=checksum, yes=yes, force=force, reviewed=reviewed)
            _refuse_unless_allowed(made, consent, as_json=as_json)
            done = _carry_out(made, connected, as_json=as_json)
    if as_json:
        emit_json({"applied": len(done), "plan": made.as_json()})
    elif done:
        out.print(f"[green]applied[/] {many(len(done), 'change')}, each read back as it was written")
    sys.exit(CLEAN)


def _reviewed(said: Request, checksum: str | None) -> PlanFile | None:
    """The plan file among the arguments, None without one; Fault where the other words say something else."""
    file = next((path for path in said.contracts if path.endswith(PLAN_SUFFIX)), None)
    if file is None:
        return None
    if len(said.contracts) > 1:
        raise Fault(f"{file} is a plan and holds its contracts; apply it alone")
    reviewed = read_plan_file(Path(file))
    otherwise = reviewed.contradictions(said)
    if otherwise:
        raise Fault(
            f"{file} says what was asked for, and {', '.join(otherwise)} would ask for something else; "
            "leave it away, or plan again with it"
        )
    if checksum not in (None, reviewed.checksum):
        raise Fault("the plan file has another checksum than --checksum names; review it again")
    return reviewed


def _refuse_unless_allowed(made: Plan, consent: Consent, *, as_json: bool) -> None:
    elsewhere = consent.reviewed.elsewhere(made) if consent.reviewed else None
    if elsewhere:
        _refuse(f"the plan was reviewed for another platform: {elsewhere}", made, as_json=as_json)
    if not made.allowed(force=consent.force):
        _refuse("the plan refuses itself, for the reasons above", made, as_json=as_json)
    if made.changes and consent.checksum is not None and consent.checksum != made.checksum:
        _refuse(
            "the plan is not the reviewed one: the contracts, the settings or the platform changed since; "
            "review `sluice plan` again",
            made,
            as_json=as_json,
        )
    if made.changes and consent.checksum is None and not consent.yes:
        if as_json or not sys.stdin.isatty():
            raise Fault("an apply without a person at the prompt needs --checksum of the reviewed plan, or --yes")
        if not click.confirm(f"Apply {many(len(made.changes), 'change')}?", default=False, err=True):
            _refuse("nothing was applied", made, as_json=as_json)


def _refuse(sentence: str, made: Plan, *, as_json: bool) -> None:
    if as_json:
        emit_json({"applied": 0, "refused": sentence, "plan": made.as_json()})
    err.print(f"[bold red]refused:[/] {sentence}")
    sys.exit(FINDINGS)


def _carry_out(made: Plan, connected: Session, *, as_json: bool) -> tuple[Change, ...]:
    log = configure("sluice-apply")
    total = len(made.changes)
    done: list[Change] = []
    try:
        for change in Apply(connected.registry, connected.broker).run(made):
            done.append(change)
            if as_json or not sys.stderr.isatty():
                log.info("applied", change=change.kind, name=change.name, number=len(done), of=total)
            else:
                err.print(f"[dim]{len(done)}/{total}[/] {VERBS[change.kind]} {escape(change.name)}")
    except KeyboardInterrupt:
        raise Fault(
            f"interrupted ({len(done)} of {total} changes were applied, and perhaps the next; plan again for the rest)"
        ) from None
    except Fault as fault:
        left = total - len(done)
        raise Fault(f"{fault} ({len(done)} of {total} changes were applied; plan again for the other {left})") from None
    return tuple(done)
