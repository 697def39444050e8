"""Many profiles as one. The order does not matter, nor how they are put in pairs; no profile at all is ``EMPTY``.

Counts, bounds, lateness and histograms merge exactly; means and deviations within the rounding of doubles; quantiles
and distinct counts within the errors of their sketches.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import TypeVar

from sluice.profile import instants
from sluice.profile.keep import kept
from sluice.profile.lateness import Lateness
from sluice.profile.model import ColumnProfile, Lengths, Profile, SliceKey, Span
from sluice.profile.moments import joined
from sluice.profile.order import Order
from sluice.profile.sketch import merge_distinct, merge_quantiles
from sluice.profile.spec import SEGMENTS_MAX

K = TypeVar("K")
V = TypeVar("V")


def merge(*profiles: Profile) -> Profile:
    """One profile of all the rows."""
    if len(profiles) == 1:
        return profiles[0]
    return Profile(
        rows=sum(each.rows for each in profiles),
        columns=by_key([each.columns for each in profiles], merge_columns),
        lateness=by_key([each.lateness for each in profiles], merge_lateness),
        event_credible=_furthest(instants.last, (each.event_credible for each in profiles)),
        counted=by_key([each.counted for each in profiles], sum),
        versions=by_key([each.versions for each in profiles], sum),
        event_first=_furthest(instants.first, (each.event_first for each in profiles)),
        event_last=_furthest(instants.last, (each.event_last for each in profiles)),
        appended_first=_furthest(instants.first, (each.appended_first for each in profiles)),
        appended_last=_furthest(instants.last, (each.appended_last for each in profiles)),
        judged_first=_furthest(instants.first, (each.judged_first for each in profiles)),
        judged_last=_furthest(instants.last, (each.judged_last for each in profiles)),
        landed_first=_furthest(instants.first, (each.landed_first for each in profiles)),
        landed_last=_furthest(instants.last, (each.landed_last for each in profiles)),
    )


def merge_slices(*slices: Mapping[SliceKey, Profile], slices_max: int = SEGMENTS_MAX) -> dict[SliceKey, Profile]:
    """Slice by slice; at most so many of each slice set, the same whatever the order (``sluice.profile.keep``)."""
    keep = kept({key for each in slices for key in each}, slices_max)
    held = [{key: profile for key, profile in each.items() if key in keep} for each in slices]
    return by_key(held, lambda profiles: merge(*profiles))


def merge_columns(columns: Sequence[ColumnProfile]) -> ColumnProfile:
    """One column of all the rows. What is classified in one of them is taken for classified in all."""
    if len(columns) == 1:
        return columns[0]
    if any(each.classified for each in columns):
        columns = [_hidden(each) for each in columns]
    numbers = [each.numbers for each in columns if each.numbers is not None]
    orders = [each.order for each in columns if each.order is not None]
    return ColumnProfile(
        rows=sum(each.rows for each in columns),
        nulls=sum(each.nulls for each in columns),
        absent=sum(each.absent for each in columns),
        unfit=sum(each.unfit for each in columns),
        missing=by_key([each.missing for each in columns], sum),
        numbers=joined(numbers) if numbers else None,
        lengths=_lengths([each.lengths for each in columns if each.lengths is not None]),
        span=_span([each.span for each in columns if each.span is not None]),
        quantiles=merge_quantiles(each.quantiles for each in columns if each.quantiles is not None),
        distinct=merge_distinct(each.distinct for each in columns if each.distinct is not None),
        order=Order(runs=tuple(sorted(run for each in orders for run in each.runs))) if orders else None,
        classified=any(each.classified for each in columns),
    )


def merge_lateness(parts: Sequence[Lateness]) -> Lateness:
    """The lateness of all the rows; exact."""
    return Lateness(
        count=sum(each.count for each in parts),
        zero=sum(each.zero for each in parts),
        later=by_key([each.later for each in parts], sum),
        earlier=by_key([each.earlier for each in parts], sum),
        minimum=min((each.minimum for each in parts if each.minimum is not None), default=None),
        maximum=max((each.maximum for each in parts if each.maximum is not None), default=None),
        total=sum(each.total for each in parts),
    )


def by_key(maps: Iterable[Mapping[K, V]], together: Callable[[list[V]], V]) -> dict[K, V]:
    """The maps as one, the values of one key put together."""
    lists: dict[K, list[V]] = {}
    for each in maps:
        for key, value in each.items():
            lists.setdefault(key, []).append(value)
    return {key: together(values) for key, values in lists.items()}


def _furthest(
    of_two: Callable[[datetime | None, datetime | None], datetime | None], found: Iterable[datetime | None]
) -> datetime | None:
    return reduce(of_two, found, None)


def _hidden(column: ColumnProfile) -> ColumnProfile:
    numbers = column.numbers and replace(column.numbers, minimum=None, maximum=None)
    return replace(column, numbers=numbers, lengths=None, span=None, quantiles=None, order=None, classified=True)


def _lengths(found: list[Lengths]) -> Lengths | None:
    if not found:
        return None
    return Lengths(minimum=min(each.minimum for each in found), maximum=max(each.maximum for each in found))


def _span(found: list[Span]) -> Span | None:
    if not found:
        return None
    return Span(first=min(each.first for each in found), last=max(each.last for each in found))
