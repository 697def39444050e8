"""`sluice plan`: what would change, for people, for a pull request, for machines; changes nothing."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from registry_sync.commands.options import shared
from registry_sync.contracts import read_contracts
from registry_sync.markdown import markdown
from registry_sync.plan import Plan
from registry_sync.problems import tell_problems
from registry_sync.request import Request, write_plan_file
from registry_sync.session import session
from registry_sync.table import show
from sluice.terminal import CLEAN, FINDINGS, emit_json, err, faults_as_sentences, out


@click.command()
@click.argument("contracts", nargs=-1, required=True)
@shared
@click.option("--out", "out_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan for apply.")
@click.option("--check", is_flag=True, help="Exit 1 when there is anything to do: has somebody changed the platform?")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown for a pull request.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def plan(  # noqa: PLR0913 - one parameter for each option
    contracts: tuple[str, ...],
    *,
    out_file: Path | None,
    check: bool,
    as_markdown: bool,
    as_json: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """Show what CONTRACTS (files or folders) would change in the registry and in Kafka.

    Exit 0: may be applied, or nothing to do. 1: refused, or the contracts have problems. 2: the world's fault, or a
    bad call.
    """
    request = Request(contracts=contracts, config=str(config) if config else None, **asked)
    with faults_as_sentences():
        found, problems = read_contracts(contracts)
        if tell_problems(problems, as_json=as_json):
            sys.exit(FINDINGS)
        with session(request) as connected, err.status("asking the registry and the brokers"):
            made = connected.plan(found, request)
        if out_file:
            write_plan_file(out_file, request, made)
    _tell(made, as_markdown=as_markdown, as_json=as_json)
    if out_file and not as_json:
        err.print(f"apply it with: sluice apply {out_file} --checksum {made.checksum}")
    sys.exit(FINDINGS if made.refusals or (check and made.changes) else CLEAN)


def _tell(made: Plan, *, as_markdown: bool, as_json: bool) -> None:
    if as_json:
        emit_json(made.as_json())
    elif as_markdown:
        sys.stdout.write(markdown(made))
    else:
        show(made, out)
