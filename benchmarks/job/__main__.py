"""`python -m benchmarks.job`: the variants in alternating rounds on one warm TaskManager, and a Markdown table."""

import argparse
import gzip
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

import psutil
from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

from benchmarks.job.measure import PARTITIONS, Measured, measure
from benchmarks.job.variants import ROOT, Run, Variant, names
from connections.admin import admin
from connections.settings import Kafka
from local_stack.ports import Ports
from local_stack.stack import Stack

FLIGHTS: Final = ROOT / "demo" / "data" / "flights-2013-02.ndjson.gz"
RAW: Final = "bench.raw"
HEADERS: Final[list[tuple[str, str | bytes | None]]] = [
    ("producer", b"departure-control/1.4"),
    ("trace", b"4bf92f3577b34da6a3ce929d0e0e4736"),
]


def main() -> None:
    """Run, and print the table; progress goes to stderr."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=3_000_000, help="records in the raw topic (default 3,000,000)")
    options.add_argument("--rounds", type=int, default=5, help="measured rounds, after one to warm up (default 5)")
    options.add_argument("--variants", default="abcd", help="letters of the variants (default abcd)")
    asked = options.parse_args()
    variants = names(asked.variants)
    os.environ["PYTHONPATH"] = str(ROOT)  # the functions written by hand are looked for on the TaskManager
    os.environ.setdefault("SLUICE_JARS", str(ROOT / ".sluice" / "jars"))
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as home, Stack(Path(home), Ports.free()) as stack:
        stack.up(("broker", "flink"))
        _produce(stack, asked.records)
        measured = _rounds(stack, variants, asked.records, asked.rounds)
    print(table(variants, measured, asked.records))  # noqa: T201 - the result


def _produce(stack: Stack, records: int) -> None:
    kafka = Kafka(bootstrap=stack.bootstrap)
    admin(kafka).create_topics([NewTopic(RAW, PARTITIONS)])[RAW].result(15)
    lines = gzip.decompress(FLIGHTS.read_bytes()).splitlines()
    producer = Producer(
        {**stack.client_settings(), "linger.ms": 100, "compression.type": "lz4", "batch.num.messages": 10_000}
    )
    for number in range(records):
        while True:
            try:
                producer.produce(RAW, lines[number % len(lines)], str(number).encode(), headers=HEADERS)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    producer.flush(120)


def _rounds(stack: Stack, variants: Sequence[Variant], records: int, rounds: int) -> dict[str, list[Measured]]:
    measured: dict[str, list[Measured]] = {variant.letter: [] for variant in variants}
    for number in range(rounds + 1):
        for variant in variants:
            found = measure(variant, Run(stack=stack, raw=RAW, mark=f"bench-{uuid4().hex[:8]}"), records)
            told = f"{found.cpu_seconds_per_million:.1f} CPU-s per million, {found.records_per_second:,.0f} records/s"
            print(f"round {number} ({variant.letter}) {variant.name}: {told}", file=sys.stderr, flush=True)  # noqa: T201 - progress
            if number:  # round 0 warms the TaskManager up
                measured[variant.letter].append(found)
    return measured


def table(variants: Sequence[Variant], measured: dict[str, list[Measured]], records: int) -> str:
    """The medians with their spread, and what each costs beside ours."""
    medians = {
        letter: statistics.median(run.cpu_seconds_per_million for run in runs) for letter, runs in measured.items()
    }
    ours = medians.get("b")
    rows = [
        "| job | TaskManager CPU-s per million records | thousand records/s | CPU beside (b) |",
        "|---|---|---|---|",
    ]
    for variant in variants:
        cpu = [run.cpu_seconds_per_million for run in measured[variant.letter]]
        speed = [run.records_per_second / 1000 for run in measured[variant.letter]]
        beside = f"{medians[variant.letter] / ours:.2f}" if ours else ""
        rows.append(f"| ({variant.letter}) {variant.name} | {_spread(cpu)} | {_spread(speed)} | {beside} |")
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    note = (
        f"Median of {len(next(iter(measured.values())))} alternating rounds after one to warm up, (least to most); "
        f"{records:,} real flights, 4 partitions, parallelism 1, exactly once, lz4; steady flow only. {machine}. "
        "Repeat: `python -m benchmarks.job`."
    )
    return "\n".join((*rows, "", note))


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


if __name__ == "__main__":
    main()
