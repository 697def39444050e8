"""The profiles of several periods, or of the files of one, as one profile."""

from collections.abc import Sequence

from sluice.profile.merge import by_key, merge_slices
from sluice.profile.model import (
    ArrivalCounts,
    Arrivals,
    Duplicates,
    Histogram,
    Period,
    PeriodProfile,
    ReferenceCounts,
)


class Unmergeable(ValueError):  # noqa: N818 - a kind of profile, told in a sentence
    """Two profiles that are not of the same thing: other contracts, objects or bins."""


def merge_periods(parts: Sequence[PeriodProfile]) -> PeriodProfile:
    """One profile of all the periods, from the first start to the last end. ``parts`` holds at least one.

    ``scalars`` are dropped: what a query counted of each part cannot be added. Raises Unmergeable.
    """
    if len(parts) == 1:
        return parts[0]
    subjects = {(each.contract, each.object) for each in parts}
    if len(subjects) != 1:
        told = ", ".join(sorted(f"{contract} {name}" for contract, name in subjects))
        raise Unmergeable(f"profiles of several things cannot become one: {told or 'there is none'}")
    arrivals = [each.arrivals for each in parts if each.arrivals is not None]
    return PeriodProfile(
        contract=parts[0].contract,
        version=max((each.version for each in parts), key=_newest),
        object=parts[0].object,
        period=_spanning([each.period for each in parts]),
        slices=merge_slices(*(each.slices for each in parts)),
        duplicates=by_key([each.duplicates for each in parts], merge_duplicates),
        histograms=by_key([each.histograms for each in parts], merge_histograms),
        references=by_key([each.references for each in parts], merge_references),
        arrivals=merge_arrivals(arrivals) if arrivals else None,
    )


def merge_histograms(parts: Sequence[Histogram]) -> Histogram:
    """Counts added bin by bin. Raises Unmergeable where the bins differ."""
    edges = parts[0].edges
    if any(each.edges != edges for each in parts):
        raise Unmergeable("histograms with other bins cannot become one; count both by the same reference")
    return Histogram(
        edges=edges,
        counts=tuple(map(sum, zip(*(each.counts for each in parts), strict=True))),
        nulls=sum(each.nulls for each in parts),
    )


def merge_duplicates(parts: Sequence[Duplicates]) -> Duplicates:
    """Added: a repetition from one period to another is not seen."""
    return Duplicates(
        rows=sum(each.rows for each in parts),
        duplicated=sum(each.duplicated for each in parts),
        incomplete=sum(each.incomplete for each in parts),
    )


def merge_references(parts: Sequence[ReferenceCounts]) -> ReferenceCounts:
    """Added."""
    return ReferenceCounts(
        known=sum(each.known for each in parts),
        unknown=sum(each.unknown for each in parts),
        nulls=sum(each.nulls for each in parts),
    )


def merge_arrivals(parts: Sequence[Arrivals]) -> Arrivals:
    """Added hour by hour."""
    return Arrivals(hours=by_key([each.hours for each in parts], _together))


def _together(parts: Sequence[ArrivalCounts]) -> ArrivalCounts:
    return ArrivalCounts(
        valid=sum(each.valid for each in parts),
        control=sum(each.control for each in parts),
        invalid_first=sum(each.invalid_first for each in parts),
        invalid_replayed=sum(each.invalid_replayed for each in parts),
    )


def _spanning(periods: list[Period]) -> Period:
    first = min(periods, key=lambda each: each.start)
    last = max(periods, key=lambda each: each.end)
    label = first.label if first.label == last.label else f"{_ends(first)[0]}..{_ends(last)[1]}"
    return Period(label=label, start=first.start, end=last.end)


def _ends(period: Period) -> tuple[str, str]:
    first, _, last = period.label.partition("..")
    return first, last or first


def _newest(version: str) -> tuple[tuple[int, int, str], ...]:
    """Versions by their numbers: 1.10.0 is newer than 1.9.0."""
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in version.split("."))
