"""The profile of one staged file as the rules of today ask for it; what it does not hold is counted on the rows.

A profile is made when its rows are staged, by the rules of that day. What a rule that is new or changed since asks
(its tokens, its segments, an order) is counted again from the typed rows, and those columns alone are read. Typed rows
no longer tell a value that did not fit from one that was not there: such cells count as missing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from connections.storage import Storage
from sla.remembered import profile_at
from sla.staging.batches import Staged
from sla.staging.rows import rows
from sluice.contract.measures import InvalidValues, MissingValues
from sluice.contract.model import SchemaObject
from sluice.finding.model import Segment
from sluice.profile.builder import ProfileBuilder
from sluice.profile.contracted import spec_of
from sluice.profile.model import CLOCKS, EMPTY, PeriodProfile, Profile, SliceKey
from sluice.profile.spec import ProfileSpec, SliceSet

MARK: Final = 8


def marks(spec: ProfileSpec) -> dict[str, str]:
    """What each counted rule asks, in short: kept with a staged file, it tells whether its counts are of this rule."""
    return {rule: _mark(measure) for rule, measure in spec.counted.items()}


def _mark(measure: MissingValues | InvalidValues) -> str:
    told = msgspec.json.encode((type(measure).__name__, measure))
    return hashlib.sha256(told).hexdigest()[:MARK]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What a profile does not hold of what is asked."""

    counted: Mapping[str, MissingValues | InvalidValues]
    ordered: frozenset[str]
    slices: tuple[SliceSet, ...]

    @property
    def told(self) -> frozenset[str]:
        """The fields whose tokens are counted again."""
        found = (each for each in self.counted.values() if isinstance(each, MissingValues))
        return frozenset(name for each in found for name in each.fields)

    @property
    def none(self) -> bool:
        """Whether the profile holds everything."""
        return not (self.counted or self.ordered or self.slices)


def lacking(spec: ProfileSpec, profile: PeriodProfile, staged: Staged) -> Lack:
    """Compare what is asked with what a file's profile holds."""
    return Lack(
        counted={rule: measure for rule, measure in spec.counted.items() if staged.counted.get(rule) != _mark(measure)},
        ordered=frozenset(
            name
            for name in spec.ordered
            if (column := profile.total.columns.get(name)) is not None and column.order is None
        ),
        slices=tuple(each for each in spec.slices if each.by and not _holds(profile, each)),
    )


def suited(storage: Storage, described: SchemaObject, staged: Staged) -> PeriodProfile:
    """The file's profile, with everything in it that the object's rules ask of the rows of one file."""
    profile = profile_at(storage, staged.profile)
    spec = spec_of(described)
    lack = lacking(spec, profile, staged)
    if lack.none or not profile.total.rows:
        return profile
    counted = _recounted(storage, spec, lack, staged)
    keys = dict.fromkeys((*profile.slices, *counted))
    slices = {key: _joined(profile.slices.get(key, EMPTY), counted.get(key, EMPTY), lack) for key in keys}
    return replace(profile, slices=slices)


def _holds(profile: PeriodProfile, wanted: SliceSet) -> bool:
    if not profile.total.rows:
        return True
    found = (each for key, each in profile.slices.items() if key.producer is None and _names(key.segment) == wanted.by)
    first = next(found, None)
    there = profile.total.columns.keys()
    return first is not None and {name for name in wanted.columns or () if name in there} <= first.columns.keys()


def _names(segment: Segment) -> tuple[str, ...]:
    return tuple(name for name, _ in segment)


def _recounted(storage: Storage, spec: ProfileSpec, lack: Lack, staged: Staged) -> Mapping[SliceKey, Profile]:
    """Profiles by slice of the columns that are needed, and of no other."""
    slices = spec.slices if lack.counted else lack.slices
    needed = tuple(dict.fromkeys(_columns(lack, slices)))
    asked = replace(
        spec,
        columns=needed,
        tokens={name: told for name, told in spec.tokens.items() if name in needed},
        counted=lack.counted,
        ordered=lack.ordered,
        slices=slices,
    )
    names = asked.technical
    clocks = (clock for clock in map(names.clock, CLOCKS) if clock is not None)
    beside = (*clocks, names.version, names.producer, names.partition, names.offset)
    builder = ProfileBuilder(asked)
    for batch in rows(storage, (staged,), [*needed, *beside]).to_batches():
        builder.add(batch)
    return builder.slices()


def _columns(lack: Lack, slices: Iterable[SliceSet]) -> Iterable[str]:
    for measure in lack.counted.values():
        yield from measure.fields
    yield from sorted(lack.ordered)
    for each in slices:
        yield from each.by
        yield from each.columns or ()


def _joined(before: Profile, again: Profile, lack: Lack) -> Profile:
    """What was known, with what was counted again; a slice that is new is all new."""
    if not before.rows:
        return again
    columns = {**again.columns, **before.columns}
    for name in lack.ordered & again.columns.keys():
        columns[name] = replace(columns[name], order=again.columns[name].order)
    for name in lack.told & again.columns.keys():
        columns[name] = replace(columns[name], missing=again.columns[name].missing)
    return replace(
        before,
        columns=columns,
        counted={**before.counted, **{rule: again.counted.get(rule, 0) for rule in lack.counted}},
    )
