"""Reading the ledger from Kafka: the raw coordinates that the outputs carry, and what the raw topics hold."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from confluent_kafka import Message

from connections.reading import extents_of, read
from connections.settings import Kafka
from sluice.envelope.header import parse_header
from sluice.envelope.names import CONTRACT_HEADER
from sluice.ledger.balance import Balance, Extent, Partition, balance, expired, proven
from sluice.ledger.runs import Run
from validator.horizon import CameOut, Carried, Kept, horizon
from validator.proof import Proof
from validator.route import Route
from validator.topic_settings import compacted_topics

PROVEN_MAX: Final = 1_000_000  # a longer open run is a backlog or a disaster; nobody needs it proven record by record


@dataclass(slots=True)
class Outputs:
    """What the outputs of some routes hold, read so far; reading again goes on where the last read ended.

    By raw partition: the ``offsets`` that came out, when each was ``judged_at_ms``, the ``oldest`` that each output
    partition carries, and what the raw topic has ``proven``. By output partition: how far it was ``read``, what is
    ``kept``, and ``since_ms``, when its oldest record was judged. ``unmarked`` counts records without a ``__contract``
    header of ours.
    """

    offsets: "dict[Partition, array[int]]" = field(default_factory=lambda: defaultdict(lambda: array("q")))
    judged_at_ms: "dict[Partition, array[int]]" = field(default_factory=lambda: defaultdict(lambda: array("q")))
    oldest: dict[Partition, dict[Partition, int]] = field(default_factory=lambda: defaultdict(dict))
    proven: dict[Partition, Proof] = field(default_factory=lambda: defaultdict(Proof))
    read: dict[Partition, int] = field(default_factory=dict)
    kept: dict[Partition, Kept] = field(default_factory=dict)
    since_ms: dict[Partition, int] = field(default_factory=dict)
    unmarked: int = 0

    def asked_from(self, partition: Partition, targets: Iterable[str], first: int, judged_to: int) -> int:
        """The raw offset from which on these outputs can answer for the raw partition."""
        came_out = CameOut(offsets=self.offsets[partition], judged_at_ms=self.judged_at_ms[partition])
        oldest = self.oldest[partition]
        topics = frozenset(targets)
        carried = [
            Carried(kept=kept, oldest=oldest.get(place), since_ms=self.since_ms.get(place))
            for place, kept in self.kept.items()
            if place.topic in topics
        ]
        return horizon(first, came_out, carried, judged_to=judged_to)


def balances(
    kafka: Kafka,
    routes: Sequence[Route],
    outputs: Outputs | None = None,
    *,
    judged_to: Mapping[Partition, int] | None = None,
) -> tuple[Balance, ...]:
    """The ledger of the routes as the topics stand now, each gap proven by a read_committed read of the raw topic.

    ``outputs`` is carried from one call to the next where the ledger is asked for repeatedly. ``judged_to`` is what the
    job's consumer group was told: below it nothing waits.
    """
    outputs = outputs if outputs is not None else Outputs()
    told = judged_to or {}
    read_outputs(kafka, routes, outputs)  # before the raw ends, so that whatever came out is below them
    extents = extents_of(kafka, [route.raw for route in routes])
    written_by = {route.raw: (route.validated, route.dead_letter) for route in routes}
    compared = [
        _compared(outputs, partition, extent, written_by[partition.topic], told.get(partition, 0))
        for partition, extent in extents.items()
    ]
    opened = {each.partition: _open(each) for each in compared}
    _prove(kafka, outputs.proven, opened)
    held = (
        proven(each, {run: outputs.proven[each.partition].held(run) for run in opened[each.partition]})
        for each in compared
    )
    return (*held, *from_nowhere(outputs, extents.keys()))


def from_nowhere(outputs: Outputs, known: Collection[Partition]) -> tuple[Balance, ...]:
    """What the outputs carry of raw partitions that do not exist: all of it unexpected."""
    strays = sorted(place for place, offsets in outputs.offsets.items() if offsets and place not in known)
    return tuple(balance(place, Extent(first=0, end=0), outputs.offsets[place]) for place in strays)


def read_outputs(kafka: Kafka, routes: Sequence[Route], outputs: Outputs) -> None:
    """Read both outputs of each route to their present ends, committed records only, into ``outputs``."""
    raw_of = {topic: route.raw for route in routes for topic in (route.validated, route.dead_letter)}
    extents = extents_of(kafka, list(raw_of))
    outputs.kept = _kept(extents, compacted_topics(kafka, list(raw_of)))
    starts = {place: max(extent.first, outputs.read.get(place, 0)) for place, extent in extents.items()}
    places = {at: (Run(starts[at], extent.end - 1),) for at, extent in extents.items() if extent.end > starts[at]}
    for place, message in read(kafka, places):
        judged = parse_header(_header(message))
        if judged is None:
            outputs.unmarked += 1
            continue
        partition = Partition(topic=raw_of[place.topic], number=judged.partition)
        outputs.offsets[partition].append(judged.offset)
        outputs.judged_at_ms[partition].append(judged.judged_at_ms)
        outputs.oldest[partition].setdefault(place, judged.offset)
        outputs.since_ms.setdefault(place, judged.judged_at_ms)
    outputs.read |= {at: extent.end for at, extent in extents.items()}


def _compared(
    outputs: Outputs, partition: Partition, extent: Extent, targets: Sequence[str], judged_to: int
) -> Balance:
    offsets = outputs.offsets[partition]
    asked_from = outputs.asked_from(partition, targets, extent.first, judged_to)
    compared = balance(partition, Extent(first=asked_from, end=extent.end), offsets, judged_to=judged_to)
    began = min(offsets, default=judged_to or extent.first)  # what is older was there before the job
    answered_from = outputs.asked_from(partition, targets, began, judged_to)
    return replace(compared, expired=expired(offsets, answered_from, extent.first))


def _open(found: Balance) -> tuple[Run, ...]:
    return tuple(run for run in (*found.missing, *found.waiting) if len(run) <= PROVEN_MAX)


def _prove(kafka: Kafka, proofs: Mapping[Partition, Proof], opened: Mapping[Partition, Sequence[Run]]) -> None:
    unread = {partition: proofs[partition].unread(runs) for partition, runs in opened.items()}
    held: dict[Partition, list[int]] = {partition: [] for partition in unread}
    for partition, message in read(kafka, unread):
        held[partition].append(int(message.offset() or 0))
    for partition, runs in unread.items():
        proofs[partition].learn(runs, held[partition])


def _kept(extents: Mapping[Partition, Extent], compacted: frozenset[str]) -> dict[Partition, Kept]:
    """A partition that was never written keeps all there is, also of a compacted topic."""
    return {
        place: Kept.WHOLE
        if extent.end == 0
        else Kept.COMPACTED
        if place.topic in compacted
        else Kept.EXPIRED
        if extent.first > 0
        else Kept.WHOLE
        for place, extent in extents.items()
    }


def _header(message: Message) -> bytes | None:
    headers = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    return next((value for name, value in headers if name == CONTRACT_HEADER), None)
