"""One run measured: CPU-seconds and records between two moments of steady flow, start and end left out."""

import time
from dataclasses import dataclass
from typing import Final

import psutil
from confluent_kafka.admin import NewTopic

from benchmarks.job.variants import Run, Variant
from connections.admin import admin
from connections.reading import extents_of
from connections.settings import Kafka
from validator.flink_rest import Flink

FROM: Final = 0.3  # of the records of a run: before, the JIT and the first checkpoint show
TO: Final = 0.95
SAMPLE_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 600
PARTITIONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """CPU of the TaskManager and its children, per million records; records a second."""

    cpu_seconds_per_million: float
    records_per_second: float


def measure(variant: Variant, run: Run, records: int) -> Measured:
    """Start the variant on topics of its own, measure its steady flow, cancel it and delete its topics."""
    kafka = Kafka(bootstrap=run.stack.bootstrap)
    outputs = run.topics[1:]
    for future in admin(kafka).create_topics([NewTopic(topic, PARTITIONS) for topic in outputs]).values():
        future.result(15)
    worker = psutil.Process(run.stack.process("taskmanager-1").pid)
    wanted = records * variant.share
    with Flink(run.stack.flink_url) as flink:
        job = variant.start(run)
        try:
            begun = _sample_at(worker, kafka, outputs, FROM * wanted)
            ended = _sample_at(worker, kafka, outputs, TO * wanted)
        finally:
            flink.cancel(job, 60)
    admin(kafka).delete_topics(list(outputs))
    flowed = ended.records - begun.records
    return Measured(
        cpu_seconds_per_million=(ended.cpu_seconds - begun.cpu_seconds) / flowed * 1e6,
        records_per_second=flowed / (ended.at - begun.at),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    at: float
    cpu_seconds: float
    records: int


def _sample_at(worker: psutil.Process, kafka: Kafka, outputs: tuple[str, ...], records: float) -> _Sample:
    """The first sample with at least that many records written; a few transaction markers are counted among them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        written = sum(extent.end for extent in extents_of(kafka, outputs, committed=False).values())
        if written >= records:
            return _Sample(at=time.monotonic(), cpu_seconds=_cpu_seconds(worker), records=written)
        if time.monotonic() > deadline:
            raise SystemExit(f"only {written} of {records:.0f} records within {PATIENCE_SECONDS} s")
        time.sleep(SAMPLE_SECONDS)


def _cpu_seconds(worker: psutil.Process) -> float:
    total = 0.0
    for process in (worker, *worker.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
