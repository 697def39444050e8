"""What is wrong, gathered from the three balances, with the periods that each fault concerns."""

from collections.abc import Iterable, Iterator, Mapping

from sla.ledger.compared import Uneven
from sla.ledger.concern import Map
from sla.ledger.coordinates import Oddity
from sla.ledger.ledger import EVERY_PERIOD, Fault
from sla.ledger.memory import File
from sla.paths import landed
from sluice.ledger.account import Line
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets


def of_landed(lines: Iterable[Line], gone: Mapping[str, File], where: Map) -> Iterator[Fault]:
    """Offsets of the outputs that are not in bronze exactly once, and the files that somebody has deleted."""
    for line in lines:
        for what, offsets, detail in _wrong(line):
            lost = [file for path, file in gone.items() if _at(path) == line.partition]
            mine = (where.of_lost(file) for file in lost if offsets.within(file.first, file.end))
            periods = where.of_output(line.partition, offsets).union(*mine)
            yield Fault(
                balance="landed", what=what, place=str(line.partition), offsets=offsets, detail=detail, periods=periods
            )
    for path, file in gone.items():
        yield Fault(
            balance="landed",
            what="deleted",
            place=path,
            rows=file.rows,
            detail=f"offsets {file.first}..{file.end - 1}",
            periods=where.of_lost(file),
        )


def of_judged(lines: Iterable[Line], where: Map) -> Iterator[Fault]:
    """Raw offsets that did not come out exactly once."""
    for line in lines:
        for what, offsets, detail in _wrong(line):
            yield Fault(
                balance="judged",
                what=what,
                place=str(line.partition),
                offsets=offsets,
                detail=detail,
                periods=where.of_raw(line.partition.number, offsets),
            )


def of_staged(uneven: Iterable[Uneven], raw: str, where: Map) -> Iterator[Fault]:
    """Valid bronze rows that were not staged exactly once."""
    for each in uneven:
        periods = frozenset(each.periods) or where.of_batch(each.batch) or frozenset({EVERY_PERIOD})
        found = (("missing", each.missing), ("twice", each.doubled), ("stray", each.stray))
        for what, by_partition in found:
            for number, offsets in by_partition.items():
                yield Fault(
                    balance="staged",
                    what=what,
                    place=str(Partition(topic=raw, number=number)),
                    offsets=offsets,
                    detail=f"batch {each.batch}",
                    periods=periods,
                )
        for path in each.files:
            yield Fault(balance="staged", what="deleted or unreadable", place=path, periods=periods)
        for path in each.again:
            yield Fault(balance="staged", what="in two batches", place=path, periods=periods)


def of_oddities(oddities: Iterable[Oddity], files: Mapping[str, File], where: Map) -> Iterator[Fault]:
    """Files and rows that cannot be taken as they are."""
    for each in oddities:
        file = files.get(each.path)
        yield Fault(
            balance="judged" if each.kind in {"unmarked", "foreign", "mislabelled", "disagreeing"} else "landed",
            what=each.kind,
            place=each.path,
            rows=each.rows,
            detail=each.detail,
            periods=where.of_file(file) if file else frozenset(),
        )


def _wrong(line: Line) -> Iterator[tuple[str, Offsets, str]]:
    told = (
        ("missing", line.missing, ""),
        ("unproven", line.unproven, _UNPROVEN if line.end is not None else _UNASKED),
        ("twice", line.doubled, ""),
        ("stray", line.stray, "Kafka has not reached them; was the topic made again?"),
    )
    yield from ((what, offsets, detail) for what, offsets, detail in told if offsets)


def _at(path: str) -> Partition | None:
    place = landed(path)
    return Partition(topic=place.topic, number=place.partition) if place is not None else None


_UNPROVEN = "Kafka does not hold them any more: nobody can tell whether these were records"
_UNASKED = "Kafka was not asked"
