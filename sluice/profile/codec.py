"""Profiles as bytes: MessagePack, compressed, with the number of the format outside of both."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from sluice.profile.model import (
    ArrivalCounts,
    Arrivals,
    Categories,
    Duplicates,
    Edges,
    Histogram,
    Period,
    PeriodProfile,
    Profile,
    ReferenceCounts,
    SliceKey,
)

FORMAT: Final = 1
BYTES_MAX: Final = 1 << 30
"""What is larger after decompression is refused: no profile is, and a small file could hold any number of zeros."""


class Unreadable(ValueError):  # noqa: N818 - a kind of bytes, told in a sentence
    """Bytes that are no profile, or one of a format that this release does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    format: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Histogram:
    """MessagePack cannot tell edges from categories: each has a place of its own."""

    edges: Edges | None
    categories: Categories | None
    counts: tuple[int, ...]
    nulls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _PeriodProfile:
    """Maps whose keys are no text are lists of pairs."""

    contract: str
    version: str
    object: str
    period: Period
    slices: tuple[tuple[SliceKey, Profile], ...]
    duplicates: tuple[tuple[tuple[str, ...], Duplicates], ...]
    histograms: dict[str, _Histogram]
    references: dict[str, ReferenceCounts]
    scalars: dict[str, float]
    arrivals: tuple[tuple[datetime, ArrivalCounts], ...] | None


def encode(profile: PeriodProfile) -> bytes:
    """The profile as bytes. Sketches are drawn at random: the same rows give an equal profile, not equal bytes."""
    wire = _PeriodProfile(
        contract=profile.contract,
        version=profile.version,
        object=profile.object,
        period=profile.period,
        slices=tuple(profile.slices.items()),
        duplicates=tuple(profile.duplicates.items()),
        histograms={rule: _flat(each) for rule, each in profile.histograms.items()},
        references=dict(profile.references),
        scalars=dict(profile.scalars),
        arrivals=None if profile.arrivals is None else tuple(sorted(profile.arrivals.hours.items(), key=_hour)),
    )
    return _sealed("profile", wire)


def decode(data: bytes) -> PeriodProfile:
    """The profile. Raises Unreadable with a sentence that says why."""
    wire = _opened(data, "profile", _PeriodProfile)
    return PeriodProfile(
        contract=wire.contract,
        version=wire.version,
        object=wire.object,
        period=wire.period,
        slices=dict(wire.slices),
        duplicates=dict(wire.duplicates),
        histograms={rule: _full(each) for rule, each in wire.histograms.items()},
        references=wire.references,
        scalars=wire.scalars,
        arrivals=None if wire.arrivals is None else Arrivals(hours=dict(wire.arrivals)),
    )


def encode_reference(reference: Histogram) -> bytes:
    """A frozen reference as bytes; the same reference gives the same bytes."""
    return _sealed("reference", _flat(reference))


def decode_reference(data: bytes) -> Histogram:
    """The frozen reference. Raises Unreadable."""
    return _full(_opened(data, "reference", _Histogram))


def _hour(pair: tuple[datetime, ArrivalCounts]) -> datetime:
    return pair[0]


def _flat(histogram: Histogram) -> _Histogram:
    edges = histogram.edges
    return _Histogram(
        edges=edges if isinstance(edges, Edges) else None,
        categories=edges if isinstance(edges, Categories) else None,
        counts=histogram.counts,
        nulls=histogram.nulls,
    )


def _full(wire: _Histogram) -> Histogram:
    edges = wire.edges or wire.categories
    if edges is None:
        raise Unreadable("the profile holds a histogram without bins")
    return Histogram(edges=edges, counts=wire.counts, nulls=wire.nulls)


def _sealed(kind: str, wire: object) -> bytes:
    body = zlib.compress(msgspec.msgpack.encode(wire), 1)
    return msgspec.msgpack.encode(_Envelope(format=FORMAT, kind=kind, body=body))


_Wire = TypeVar("_Wire")


def _opened(data: bytes, kind: str, type_: type[_Wire]) -> _Wire:
    try:
        envelope = msgspec.msgpack.decode(data)
    except msgspec.DecodeError as cause:
        raise Unreadable("this is no profile: its first bytes are of something else, or it is cut short") from cause
    if not isinstance(envelope, Mapping) or not isinstance(envelope.get("format"), int):
        raise Unreadable("this is no profile: it names no format")
    if envelope["format"] != FORMAT:
        raise Unreadable(f"the profile is of format {envelope['format']}; this release reads format {FORMAT}")
    return _body(envelope, kind, type_)


def _body(envelope: Mapping[str, Any], kind: str, type_: type[_Wire]) -> _Wire:
    if envelope.get("kind") != kind or not isinstance(envelope.get("body"), bytes):
        raise Unreadable(f"this is no {kind}, but a {envelope.get('kind', 'thing without a name')}")
    try:
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(envelope["body"], BYTES_MAX)
        if not unpacking.eof:
            raise Unreadable(f"the {kind} is cut short, or larger than {BYTES_MAX >> 20} MB")
        return msgspec.msgpack.decode(body, type=type_)
    except (zlib.error, msgspec.DecodeError) as cause:
        raise Unreadable(f"the {kind} is damaged") from cause
