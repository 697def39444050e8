"""What drift is measured against: bins frozen from one good window, kept for as long as the contract names them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, takewhile
from urllib.parse import quote, unquote

import msgspec

from connections.storage import Storage, StorageMissing
from sla.estate import Subject
from sla.remembered import profile_at, remembered
from sla.staging.batches import Staged
from sla.staging.rows import MixedTypes, column, rows
from sla.staging.staged import Staging, by_period
from sluice.checks.view import Reference
from sluice.contract import duration
from sluice.contract.measures import Drift
from sluice.contract.quality import QualityRule
from sluice.finding.model import Window
from sluice.profile import bins
from sluice.profile.codec import decode_reference, encode_reference
from sluice.profile.model import Histogram, Period

Files = Mapping[str, tuple[Staged, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """One object, created once: two runs may freeze different windows, and one of them wins whole."""

    start: datetime
    end: datetime
    histogram: bytes


def frozen(storage: Storage, subject: Subject, staging: Staging, closed: Sequence[Period]) -> Mapping[str, Reference]:
    """The references of the object's drift rules by rule id; those that are not frozen yet are frozen, if they can.

    ``closed`` are the closed periods in order. The first reference of a rule is of its oldest window, so that history
    is judged as it would have been; another name is somebody's word that the data changed, and takes the newest.
    """
    files = by_period(staging)
    found: dict[str, Reference] = {}
    for rule in subject.described.quality:
        if isinstance(rule.measure, Drift):
            folder = subject.folders.references(_major(subject.contract.version), rule.id)
            path = f"{folder}{_name(rule, rule.measure)}.json"
            if (reference := _kept(storage, path)) is None:
                windows = list(_windows(subject, files, closed, rule))
                renamed = any(_named(each.path, folder) != rule.measure.reference for each in storage.list(folder))
                _freeze(storage, path, windows[::-1] if renamed else windows, rule.measure)
                reference = _kept(storage, path)
            if reference is not None:
                found[rule.id] = reference
    return found


def _name(rule: QualityRule, asked: Drift) -> str:
    """What a reference depends on; the name that the contract gives it comes first."""
    return "/".join(quote(part, safe="") for part in (asked.reference, asked.field, f"{asked.bins}.{rule.window}"))


def _named(path: str, folder: str) -> str:
    """The name that a kept reference has in the contract."""
    return unquote(path.removeprefix(folder).partition("/")[0])


def _kept(storage: Storage, path: str) -> Reference | None:
    try:
        kept, _ = remembered(storage, path, _Kept)
    except StorageMissing:
        return None
    return Reference(histogram=decode_reference(kept.histogram), window=Window(start=kept.start, end=kept.end))


def _freeze(storage: Storage, path: str, windows: Iterable[tuple[Window, list[Staged]]], asked: Drift) -> None:
    """Keep the bins of the first window that has values enough to be a reference."""
    values: dict[str, int] = {}
    for window, files in windows:
        if sum(each.rows for each in files) < asked.min_rows:
            continue  # told without reading a profile: one that is never large enough is looked at by every run
        for each in files:
            if each.path not in values:
                values[each.path] = _values(storage, each, asked.field)
        if sum(values[each.path] for each in files) < asked.min_rows:
            continue
        histogram = _binned(storage, files, asked)
        if histogram is not None:
            kept = _Kept(start=window.start, end=window.end, histogram=encode_reference(histogram))
            storage.put_new(path, msgspec.json.encode(kept))
            return


def _windows(
    subject: Subject, files: Files, closed: Sequence[Period], rule: QualityRule
) -> Iterator[tuple[Window, list[Staged]]]:
    """Windows whose periods are all closed, and whose rows are all of the major version, the oldest first."""
    length = duration.parse(rule.window) or subject.grid.length
    major = _major(subject.contract.version)
    for number, first in enumerate(closed):
        end = subject.grid.shifted(first.start, length)
        window = tuple(takewhile(lambda each: each.start < end, closed[number:]))  # noqa: B023 - taken at once
        whole = window[-1].end >= end and all(one.end == other.start for one, other in pairwise(window))
        found = [each for period in window for each in files.get(period.label, ())]
        if whole and first.label in files and all(_major(each.version) == major for each in found):
            yield Window(start=first.start, end=window[-1].end), found


def _values(storage: Storage, staged: Staged, field: str) -> int:
    """How many rows of a file have a value of the field."""
    profile = profile_at(storage, staged.profile).total.columns.get(field)
    return profile.values if profile else 0


def _binned(storage: Storage, files: list[Staged], asked: Drift) -> Histogram | None:
    try:
        cells = column(rows(storage, files, [asked.field]), asked.field)
        return None if cells is None else bins.freeze(cells, asked.bins)
    except (MixedTypes, bins.NoBins):
        return None


def _major(version: str) -> str:
    return version.partition(".")[0]
