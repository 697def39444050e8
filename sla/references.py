"""What drift is measured against: bins frozen from the first complete window, kept for the life of a major version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from connections.storage import Storage, StorageMissing
from sla.estate import Subject
from sla.rows import MixedTypes, column, rows
from sla.staging import Staging
from sluice.checks.view import Reference
from sluice.contract import duration
from sluice.contract.measures import Drift
from sluice.contract.quality import QualityRule
from sluice.finding.model import Window
from sluice.profile import bins
from sluice.profile.codec import decode_reference, encode_reference
from sluice.profile.model import Histogram, Period

PREVIOUS: Final = "previous"


def frozen(storage: Storage, subject: Subject, staging: Staging, closed: frozenset[str]) -> Mapping[str, Reference]:
    """The references of the object's drift rules by rule id; those that are not frozen yet are frozen, if they can."""
    found: dict[str, Reference] = {}
    for rule in subject.described.quality:
        if isinstance(rule.measure, Drift):
            reference = _kept(storage, subject, rule) or _freeze(storage, subject, staging, closed, rule)
            if reference is not None:
                found[rule.id] = reference
    return found


def _path(subject: Subject, rule: QualityRule) -> str:
    major = subject.contract.version.partition(".")[0]
    measure = rule.measure
    bins_asked = measure.bins if isinstance(measure, Drift) else 0
    return subject.folders.reference(f"{rule.id}.v{major}.{rule.fields[0]}.{bins_asked}.{rule.window}")


def _kept(storage: Storage, subject: Subject, rule: QualityRule) -> Reference | None:
    path = _path(subject, rule)
    try:
        histogram = decode_reference(storage.get(path)[0])
        start, end = storage.get(f"{path}.window")[0].decode().split("/")
    except StorageMissing:
        return None
    window = Window(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
    return Reference(histogram=histogram, window=window)


def _freeze(
    storage: Storage, subject: Subject, staging: Staging, closed: frozenset[str], rule: QualityRule
) -> Reference | None:
    """The first window of closed periods, all of them there, with rows enough to be a reference."""
    window = _first_window(subject, staging, closed, rule)
    measure = rule.measure
    if window is None or not isinstance(measure, Drift):
        return None
    staged = [each for period in window for each in staging.of(period.label)]
    try:
        cells = column(rows(storage, staged, [measure.field]), measure.field)
    except MixedTypes:
        return None
    if cells is None or len(cells) - cells.null_count < measure.min_rows:
        return None
    try:
        histogram: Histogram = bins.freeze(cells, measure.bins)
    except bins.NoBins:
        return None
    span = Window(start=window[0].start, end=window[-1].end)
    path = _path(subject, rule)
    storage.put_new(f"{path}.window", f"{span.start.isoformat()}/{span.end.isoformat()}".encode())
    storage.put_new(path, encode_reference(histogram))  # last: whoever finds it finds its window
    return _kept(storage, subject, rule)


def _first_window(subject: Subject, staging: Staging, closed: frozenset[str], rule: QualityRule) -> list[Period] | None:
    grid = subject.grid
    length = duration.parse(rule.window) or grid.length
    for label in staging.periods:
        if label in closed:
            first = grid.period(label)
            window = list(grid.between(first.start, grid.shifted(first.start, length)))
            return window if all(each.label in closed for each in window) else None
    return None
