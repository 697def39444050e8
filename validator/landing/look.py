"""What the files and Kafka tell about each partition, before a job starts without state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from connections.reading import committed, extents_of, read
from connections.settings import Kafka
from sluice.ledger.balance import Extent, Partition
from sluice.ledger.runs import Run
from validator.landing.files import BronzeFile, Content, contents_of, newest
from validator.landing.resume import Landed, Resumption, resume
from validator.landing.settings import LandingSettings
from validator.proof import Proof

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HOURS: Final = 3  # a kill between two files of one checkpoint leaves its gap within the newest landed hours


def landed_of(
    settings: LandingSettings, files: Sequence[BronzeFile], topics: Sequence[str], *, every_file: bool
) -> tuple[Landed, ...]:
    """Each partition of the topics: its extent, the ranges of its files (the newest, or all), the group's offset.

    An empty lake is a new one, whatever the group was told of another.
    """
    asked = frozenset(topics)
    ours = [file for file in files if file.partition.topic in asked]
    contents = contents_of(settings.lake, ours if every_file else newest(ours, HOURS))
    told = committed(settings.kafka, settings.landing.group, topics) if files else {}
    found = tuple(
        _landed(partition, extent, contents.get(partition, ()), told.get(partition))
        for partition, extent in extents_of(settings.kafka, topics).items()
    )
    now = _appended_now(settings.kafka, found)
    return tuple(replace(each, appended_now=now.get(each.partition)) for each in found)


def _landed(partition: Partition, extent: Extent, contents: Sequence[Content], told: int | None) -> Landed:
    newest_one = max(contents, key=lambda each: each.run.last, default=None)
    return Landed(
        partition=partition,
        extent=extent,
        runs=tuple(each.run for each in contents),
        committed=told,
        appended=newest_one.appended if newest_one else None,
    )


def _appended_now(kafka: Kafka, found: Sequence[Landed]) -> dict[Partition, datetime]:
    """When the record was appended that Kafka holds where the files of a partition end, for those that have it."""
    ends = {
        each.partition: each.end - 1 for each in found if each.runs and each.extent.first < each.end <= each.extent.end
    }
    records = read(kafka, {partition: (Run(at, at),) for partition, at in ends.items()})
    return {partition: EPOCH + timedelta(milliseconds=message.timestamp()[1]) for partition, message in records}


def resumptions_of(kafka: Kafka, found: Sequence[Landed]) -> tuple[Resumption, ...]:
    """Look up in Kafka which of the open offsets hold a record, and decide for each partition."""
    proofs = {each.partition: Proof() for each in found}
    asked = {each.partition: proofs[each.partition].unread(each.open) for each in found}
    held: dict[Partition, list[int]] = {partition: [] for partition in asked}
    for partition, message in read(kafka, asked):
        held[partition].append(int(message.offset() or 0))
    for partition, proof in proofs.items():
        proof.learn(asked[partition], held[partition])
    return tuple(resume(each, {run: proofs[each.partition].held(run) for run in each.open}) for each in found)
