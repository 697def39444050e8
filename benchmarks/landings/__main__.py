"""From bronze to a verdict: staging, judging from profiles alone, and others on the same rows. Prints Markdown."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.landings.rows import ROOT, rows_of, write_bronze
from connections.settings import Lake
from connections.storage import Storage, storage_of
from sla.estate import Subject, subjects
from sla.judging.bench import Bench
from sla.judging.history import History
from sla.publishing.catalogue import published
from sla.run import Circumstances, bench_of, run
from sla.settings import Sla
from sla.staging.intake import bring_in
from sluice.checks.judge import judge_period

AS_OF: Final = datetime(2013, 3, 3, 5, tzinfo=UTC)
BATCH: Final = 256 << 20
ROUNDS: Final = 5
PEERS: Final = {
    "duckdb": "DuckDB, a bare scan of the staged files for the same numbers",
    "datacontract": "datacontract-cli 1.2.8 on the staged files, four rules on the whole",
    "great-expectations": "Great Expectations 1.24.1 on the staged files by pandas, four rules on the whole",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """CPU-seconds and seconds of one step."""

    cpu: float
    wall: float


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000, help="rows of 19 columns (default 10 million)")
    options.add_argument("--peers", type=Path, help="a Python that has datacontract-cli and great-expectations")
    options.add_argument("--folder", type=Path, help="where the files go, and stay; bronze that is there is used")
    asked = options.parse_args()
    if asked.folder:
        _measure(asked.folder.absolute(), asked.rows, asked.peers)
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), asked.rows, asked.peers)


def _measure(folder: Path, rows: int, peers: Path | None) -> None:
    storage = storage_of(Lake(root=f"file://{folder}/lake"))
    written = rows_of(storage) or write_bronze(storage, rows)
    subject = next(each for each in subjects(ROOT / "contracts") if each.name == "flights.flight")
    _say(f"{written:,} rows of 19 columns, 28 periods, {_size(storage):,.0f} MB of bronze.\n")
    _say("| step | CPU-s | s | CPU-s per million |\n|---|---|---|---|")
    began = (time.process_time(), time.monotonic())
    bring_in(subject, storage, BATCH)
    _row("stage: decode, profile, write typed Parquet", _since(began), written)
    began = (time.process_time(), time.monotonic())
    around = _around(storage, subject)
    table = published(Lake(root=f"file://{folder}/lake"), Sla(catalog_file=folder / "catalog.db"), "flights", "flight")
    run(subject, table, around)
    _row(
        "judge 28 periods for the first time (repeated keys are counted in the rows), publish or hold",
        _since(began),
        written,
    )
    for name in PEERS:
        python = sys.executable if name == "duckdb" else str(peers) if peers else None
        if python:
            told = _peer(python, name, folder)
            _row(
                f"{PEERS[name]} ({told['peak_mb']:,.0f} MB)",
                Measured(cpu=told["cpu_seconds"], wall=told["seconds"]),
                written,
            )
    again = _again(bench_of(subject, table, around))
    _say(
        f"\nThe 28 periods judged again from profiles alone, all rules and levels: {again:.0f} ms (median of {ROUNDS})."
    )


def _around(storage: Storage, subject: Subject) -> Circumstances:
    return Circumstances(
        storage=storage,
        estate=(subject,),
        now=datetime.now(UTC),
        as_of=AS_OF,
        grace=timedelta(hours=1),
        batch_bytes=BATCH,
    )


def _again(bench: Bench) -> float:
    """Milliseconds for the month; profiles are read from storage each time."""
    taken = []
    for _ in range(ROUNDS):
        history = bench.history
        fresh = replace(
            bench, history=History(history.storage, history.folders, history.grid, history.question, history.staging)
        )
        began = time.monotonic()
        for period in fresh.close.closed:
            judge_period(fresh.view(period, 1))
        taken.append((time.monotonic() - began) * 1000)
    return statistics.median(taken)


def _peer(python: str, name: str, folder: Path) -> dict[str, Any]:
    staged = folder / "lake" / "staged" / "flights" / "flight"
    command = [python, str(Path(__file__).with_name("peers.py")), name, str(staged)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _since(began: tuple[float, float]) -> Measured:
    return Measured(cpu=time.process_time() - began[0], wall=time.monotonic() - began[1])


def _row(name: str, measured: Measured, rows: int) -> None:
    _say(f"| {name} | {measured.cpu:.1f} | {measured.wall:.1f} | {measured.cpu / rows * 1e6:.2f} |")


def _size(storage: Storage) -> float:
    return sum(entry.size for entry in storage.list("bronze/")) / 1e6


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the result


if __name__ == "__main__":
    main()
