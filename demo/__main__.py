"""`python -m demo`: the story, step by step. Everything it starts it stops, also when interrupted."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import rich_click as click
from pydantic import SecretStr

from connections.settings import Kafka, Lake
from connections.storage import storage_of
from demo.breaches import show_breaches
from demo.flights import read_flights, read_planes
from demo.home import claimed, emptied
from demo.landed import await_landed
from demo.letters import by_reason, show_in_full, show_reasons
from demo.outputs import Outputs
from demo.produce import REGISTRY_OF_PLANES, Replay
from demo.proof import show_ledger, show_proof
from demo.published import show_published
from demo.receiver import Received, webhook
from demo.shell import show, summarise
from demo.topics import Enforced, read_contract
from demo.watch import replay
from local_stack.crew import Progress
from local_stack.interrupts import interrupts_end_in_order
from local_stack.ports import Ports
from local_stack.stack import Stack
from local_stack.storage import BUCKET
from sla.publishing.catalogue import published
from sla.settings import Sla
from sluice.terminal import FINDINGS, err, faults_as_sentences, out
from validator.coordinates import balances

PARTS: Final = ("broker", "registry", "storage", "flink")
CONTRACTS: Final = "contracts"
SETTINGS: Final = Path("demo/sluice.toml")
CATALOG: Final = "catalog.db"
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
    """Judge a month of real flights on the real platform, publish its good days, and prove that nothing was lost."""
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
        _step(1, "Start the real broker, registry, S3 storage and Flink on this machine")
        stack.up(PARTS)
        stack.add_taskmanager()
        good = _story(stack, contract, seconds)
    except BaseException:
        stack.down()
        raise
    if keep:
        _tell_how_to_look_around(stack)
    else:
        _step(11, "Stop everything")
        stack.down()
        out.print("\n[dim]To look around next time, leave it running: make demo KEEP=1[/]")
    return good


def _story(stack: Stack, contract: Enforced, seconds: float) -> bool:
    with webhook() as received:
        environment = {
            **stack.addresses(),
            **stack.flink_environment(),
            "SLUICE_CONFIG": str(_settings(stack.home, received.url)),
            "SLUICE_VALIDATOR_STATE": str(stack.home / "jobs"),
        }
        kafka = Kafka(bootstrap=stack.bootstrap)
        log = stack.home / "log"
        _step(2, f"Plan and apply the contracts in {CONTRACTS}/")
        plan = os.path.relpath(stack.home / "plan.json")
        show("plan", CONTRACTS, "--out", plan, environment=environment)
        summarise("apply", plan, environment=environment, log=log / "apply.log")
        _step(3, "Submit the job that judges every record, and the one that lands what comes out")
        summarise("submit", "validate", environment=environment, log=log / "submit.log")
        summarise("submit", "land", environment=environment, log=log / "submit-land.log")
        planes = read_planes()
        registering = Replay(kafka, "planes.raw", REGISTRY_OF_PLANES)
        registering.send(planes)
        registering.finish()
        good = _judge(kafka, contract, seconds)
        _land_and_publish(stack, environment, records=good.records + len(planes), received=received)
    return good.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """How many records came out, and whether the proof holds."""

    records: int
    whole: bool


def _judge(kafka: Kafka, contract: Enforced, seconds: float) -> _Judged:
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
    return _Judged(records=outputs.judged, whole=show_proof(found, outputs))


def _land_and_publish(stack: Stack, environment: dict[str, str], *, records: int, received: Received) -> None:
    _step(7, "What came out lands on object storage, as it is")
    lake = Lake(
        root=f"s3://{BUCKET}",
        endpoint=stack.s3_url,
        access_key=SecretStr(stack.s3_access_key),
        secret_key=SecretStr(stack.s3_secret_key),
    )
    files, size = await_landed(storage_of(lake), records)
    out.print(f"{records:,} records in {files} Parquet files, {size / 1e6:.1f} MB")
    _step(8, "The scheduled job judges each day, as of 3 March 2013, and publishes it or holds it")
    show("sla", "run", "--as-of", "2013-03-03", environment=environment, findings=True)
    _step(9, "Whoever is on call receives the breaches")
    show_breaches(received.bodies)
    _step(10, "Consumers read the published table: the good days, and nothing of the two that are held")
    rows = show_published(published(lake, Sla(catalog_file=stack.home / CATALOG), "flights", "flight"))
    out.print(f"{rows:,} rows are published")


def _settings(home: Path, webhook_url: str) -> Path:
    """The demo's settings with what this run alone knows: where the desk on call listens, where its files are."""
    path = home / "sluice.toml"
    path.write_text(
        f"{SETTINGS.read_text()}\n"
        f'[sla]\ncatalog_file = "{home / CATALOG}"\n\n'
        f'[alerting]\ndatabase = "sqlite:///{home / "alerting.db"}"\n\n'
        f'[alerting.channels.desk]\ntype = "webhook"\nurl = "{webhook_url}"\neverything = true\n'
    )
    return path


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
