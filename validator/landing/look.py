"""What the files and Kafka tell about each partition, before a job starts without state."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from connections.reading import committed, extents_of, read
from connections.settings import Kafka
from validator.landing.files import BronzeFile, newest, runs_of_files
from validator.landing.resume import Landed, Resumption, resume
from validator.landing.settings import LandingSettings
from validator.proof import Proof

if TYPE_CHECKING:
    from sluice.ledger.balance import Partition

HOURS: Final = 3  # a kill between two files of one checkpoint leaves its gap within the newest landed hours


def landed_of(
    settings: LandingSettings, files: Sequence[BronzeFile], topics: Sequence[str], *, every_file: bool
) -> tuple[Landed, ...]:
    """Each partition of the topics: its extent, the ranges of its files (the newest, or all), the group's offset.

    An empty lake is a new one, whatever the group was told of another.
    """
    asked = frozenset(topics)
    ours = [file for file in files if file.partition.topic in asked]
    runs = runs_of_files(settings.lake, ours if every_file else newest(ours, HOURS))
    told = committed(settings.kafka, settings.landing.group, topics) if files else {}
    return tuple(
        Landed(partition=partition, extent=extent, runs=runs.get(partition, ()), committed=told.get(partition))
        for partition, extent in extents_of(settings.kafka, topics).items()
    )


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
