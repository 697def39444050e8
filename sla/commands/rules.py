"""`sluice sla rules`: alerting rules for Prometheus, generated from the contracts' error budgets."""

import sys
from pathlib import Path

import rich_click as click

from sla.estate import chosen, subjects
from sluice.checks.prometheus import rules_text
from sluice.terminal import CLEAN, Fault, err, faults_as_sentences


@click.command()
@click.argument("names", metavar="[CONTRACT]...", nargs=-1)
@click.option(
    "--contracts",
    type=click.Path(path_type=Path),
    default=Path("contracts"),
    show_default=True,
    help="The contracts.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the file; without it, print it.")
def rules(names: tuple[str, ...], *, contracts: Path, out: Path | None) -> None:
    """Print the rules of each CONTRACT (all without any): how fast error budgets burn, on the validation job's metrics.

    The daily job judges budgets by the period; these tell within minutes. Load the file by Prometheus's rule_files.

    Exit 0: printed. 2: a contract with errors, or a bad call.
    """
    with faults_as_sentences():
        found = chosen(subjects(contracts), names)
        text = rules_text({each.contract.id: each.contract for each in found}.values())
        if out is None:
            sys.stdout.write(text)
            sys.exit(CLEAN)
        try:
            out.write_text(text)
        except OSError as error:
            raise Fault(f"{out} cannot be written: {error.strerror}") from None
    err.print(f"written: {out}; check it with: promtool check rules {out}", markup=False)
