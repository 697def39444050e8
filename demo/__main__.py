"""`python -m demo`: the story, step by step. Everything it starts it stops, also when interrupted."""

import os
import sys
import time
from pathlib import Path
from typing import Final

import rich_click as click

from connections.settings import Kafka
from demo.flights import read_flights
from demo.home import claimed, emptied
from demo.letters import by_reason, show_in_full, show_reasons
from demo.outputs import Outputs
from demo.produce import Replay
from demo.proof import show_ledger, show_proof
from demo.shell import show, summarise
from demo.topics import Enforced, read_contract
from demo.watch import replay
from local_stack.crew import Progress
from local_stack.interrupts import interrupts_end_in_order
from local_stack.ports import Ports
from local_stack.stack import Stack
from sluice.terminal import FINDINGS, err, faults_as_sentences, out
from validator.coordinates import balances

PARTS: Final = ("broker", "registry", "flink")
SETTINGS: Final = "demo/sluice.toml"
INTERRUPTED: Final = 130


@click.command()
@click.option("--seconds", type=click.FloatRange(0, 600), default=12.0, show_default=True, help="Length of the replay.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sluice/demo"),
    show_default=True,
    help="Folder of the demo's stack; emptied at the start where a demo made it.",
)
@click.option("--keep", is_flag=True, help="Leave the stack running at the end, to look around.")
def main(seconds: float, home: Path, *, keep: bool) -> None:
    """Judge a month of real flights on the real broker, registry and Flink, and prove that nothing was lost."""
    begun = time.monotonic()
    with faults_as_sentences():
        try:
            with interrupts_end_in_order():
                good = run(home, seconds, keep=keep)
        except KeyboardInterrupt:
            err.print("[yellow]interrupted:[/] everything that the demo had started is stopped")
            sys.exit(INTERRUPTED)
    out.print(f"\n[dim]{time.monotonic() - begun:.0f} seconds in all[/]")
    sys.exit(0 if good else FINDINGS)


def run(home: Path, seconds: float, *, keep: bool) -> bool:
    """The whole story on a fresh stack; whether the proof holds."""
    contract = read_contract()
    stack = _fresh_stack(home)
    try:
        _step(1, "Start the real broker, registry and Flink on this machine")
        stack.up(PARTS)
        good = _story(stack, contract, seconds)
    except BaseException:
        stack.down()
        raise
    if keep:
        _tell_how_to_look_around(stack)
    else:
        _step(7, "Stop everything")
        stack.down()
        out.print("\n[dim]To look around next time, leave it running: make demo KEEP=1[/]")
    return good


def _story(stack: Stack, contract: Enforced, seconds: float) -> bool:
    environment = {
        **stack.addresses(),
        **stack.flink_environment(),
        "SLUICE_CONFIG": SETTINGS,
        "SLUICE_VALIDATOR_STATE": str(stack.home / "jobs"),
    }
    kafka = Kafka(bootstrap=stack.bootstrap)
    _step(2, f"Plan and apply the contract {contract.path}")
    plan = os.path.relpath(stack.home / "plan.json")
    show("plan", str(contract.path), "--out", plan, environment=environment)
    summarise("apply", plan, environment=environment, log=stack.home / "log" / "apply.log")
    _step(3, "Submit the job that judges every record")
    job = ("submit", "validate", "--only", contract.route.raw)
    summarise(*job, environment=environment, log=stack.home / "log" / "submit.log")
    flights = read_flights()
    first, last = flights[0].emitted, flights[-1].emitted
    _step(4, f"Replay {len(flights):,} departures from New York, {first:%d %b %Y} to {last:%d %b %Y}, as they happened")
    outputs = Outputs(kafka, contract.route, {flight.key: flight for flight in flights})
    try:
        replay(flights, Replay(kafka, contract.route.raw), outputs, seconds)
    finally:
        outputs.close()
    _step(5, f"{outputs.validated:,} records keep the contract, {outputs.dead:,} break it")
    groups = by_reason(outputs.letters)
    show_reasons(groups, contract)
    if groups:
        out.print("\nOne of them in full:")
        show_in_full(next(iter(groups.values()))[0], contract)
    _step(6, "Nothing lost, nothing twice, nothing changed")
    found = balances(kafka, (contract.route,))
    show_ledger(found)
    return show_proof(found, outputs)


def _fresh_stack(home: Path) -> Stack:
    """A stack without yesterday's records; what an earlier demo has left running is stopped first."""
    Stack(claimed(home), tell=_tell).down()
    return Stack(emptied(home), Ports.free(), tell=_tell)


def _tell_how_to_look_around(stack: Stack) -> None:
    home = os.path.relpath(stack.home)
    out.print("\nThe stack keeps running. To look around in this shell:")
    for name, address in stack.addresses().items():
        out.print(f"  export {name}={address}")
    out.print(f"  sluice status --home {home}        [dim]and `sluice down --home {home}` to stop it[/]")


def _tell(progress: Progress) -> None:
    if progress.step in {"ready", "stopped"}:
        err.print(f"  {progress.part:14} {progress.step} [dim]{progress.seconds:.1f} s[/]")


def _step(number: int, words: str) -> None:
    out.print(f"\n[bold]{number}. {words}[/]")


if __name__ == "__main__":
    main()
