"""The profile of a whole period: what its files know, merged, and what only its rows can tell.

It is kept under a name made of the revision and of what the rules ask, so that a month is judged again without reading
a row, and a rule that is new or changed never meets an answer to another question.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from connections.storage import Storage, StorageMissing
from sla.judging.query import QueryFailed, ask
from sla.paths import Folders
from sla.staging.batches import Staged
from sla.staging.recount import suited
from sla.staging.rows import MixedTypes, column, rows
from sla.staging.schema import stored
from sluice.contract.measures import (
    ChangeRate,
    Drift,
    DuplicateValues,
    InvalidValues,
    MissingValues,
    Monotonicity,
    Referential,
    Sql,
)
from sluice.contract.model import SchemaObject
from sluice.contract.quality import QualityRule
from sluice.profile import bins
from sluice.profile.codec import Unreadable, decode, encode
from sluice.profile.duplicates import duplicates
from sluice.profile.model import Duplicates, Histogram, Period, PeriodProfile, ReferenceCounts
from sluice.profile.periods import merge_periods

PARTITION: Final = "_period"
ROWS_ALONE: Final = DuplicateValues | Referential | Sql | Drift
"""What no profile of a file can answer: the rows have to be asked."""

COUNTED: Final = MissingValues | InvalidValues | Monotonicity
"""What is counted while a file is staged, by the rules of that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The values that another object's field holds. ``mark`` changes with them; reading them is put off."""

    mark: str
    values: Callable[[], pa.Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a period, by rule id: frozen references of drift rules, known values of referential ones.

    A rule whose reference or values are not known yet is not in them.
    """

    described: SchemaObject
    version: str
    frozen: Mapping[str, Histogram]
    known: Mapping[str, Known]


def whole(
    storage: Storage, folders: Folders, question: Question, period: Period, staged: tuple[Staged, ...]
) -> PeriodProfile:
    """The profile of the rows of the files: as it was kept, or reckoned now and kept.

    One that a rule got no answer from is not kept: the next run asks again. One that nobody can read is made anew.
    """
    path = f"{folders.state}profiles/{period.label}.{_fingerprint(question, staged)}.profile"
    version = None
    try:
        data, version = storage.get(path)
        return decode(data)
    except (StorageMissing, Unreadable):
        profile = _reckoned(storage, folders, question, period, staged)
    if not profile.failed:
        data = encode(profile)
        storage.put_new(path, data) if version is None else storage.swap(path, data, version)
    return profile


def _reckoned(
    storage: Storage, folders: Folders, question: Question, period: Period, staged: tuple[Staged, ...]
) -> PeriodProfile:
    parts = [suited(storage, question.described, each) for each in staged]
    nothing = PeriodProfile(contract=folders.contract, version=question.version, object=folders.object, period=period)
    profile = merge_periods(parts) if parts else nothing
    asked = [rule for rule in question.described.quality if isinstance(_measure(rule), ROWS_ALONE)]
    if not asked or not staged:
        return profile
    try:
        return _asked(profile, question, asked, _rows(storage, staged, question, asked))
    except MixedTypes:  # then those that do not ask the column in question are answered all the same
        return _asked_apart(storage, staged, profile, question, asked)


def _rows(storage: Storage, staged: tuple[Staged, ...], question: Question, rules: Sequence[QualityRule]) -> pa.Table:
    """What the rules read; a field that no file has yet is null in every row, for queries too."""
    needs_all = any(isinstance(_measure(rule), Sql) for rule in rules)
    wanted = {PARTITION, *(name for rule in rules for name in rule.fields)}  # a table without columns has no rows
    table = rows(storage, staged, None if needs_all else sorted(wanted))
    for each in stored(question.described):
        if each.name not in table.column_names:
            table = table.append_column(each, pa.nulls(table.num_rows, each.type))
    return table


def _asked_apart(
    storage: Storage,
    staged: tuple[Staged, ...],
    profile: PeriodProfile,
    question: Question,
    rules: Sequence[QualityRule],
) -> PeriodProfile:
    for rule in rules:
        try:
            profile = _asked(profile, question, [rule], _rows(storage, staged, question, [rule]))
        except MixedTypes as why:
            profile = replace(profile, failed={**profile.failed, rule.id: str(why)})
    return profile


def _asked(profile: PeriodProfile, question: Question, rules: Iterable[QualityRule], table: pa.Table) -> PeriodProfile:
    """The profile with the answers of the rules beside those that it has."""
    repeated: dict[tuple[str, ...], Duplicates] = dict(profile.duplicates)
    histograms: dict[str, Histogram] = dict(profile.histograms)
    references: dict[str, ReferenceCounts] = dict(profile.references)
    scalars: dict[str, float] = dict(profile.scalars)
    failed: dict[str, str] = dict(profile.failed)
    for rule in rules:
        try:
            match _measure(rule):
                case DuplicateValues(fields=fields):
                    if fields not in repeated:
                        repeated[fields] = duplicates(table, fields)
                case Drift(field=name):
                    cells = column(table, name)
                    if rule.id in question.frozen and cells is not None:
                        histograms[rule.id] = bins.count(question.frozen[rule.id].edges, cells)
                case Referential(field=name):
                    if rule.id in question.known:
                        values = question.known[rule.id].values()
                        references[rule.id] = _counted(column(table, name), values, table.num_rows)
                case Sql(query=query, field=name):
                    scalars[rule.id] = ask(query, table, name)
                case _:
                    pass
        except (QueryFailed, MixedTypes) as why:
            failed[rule.id] = str(why)
    return replace(
        profile,
        duplicates=repeated,
        histograms=histograms,
        references=references,
        scalars=scalars,
        failed=failed,
    )


def _measure(rule: QualityRule) -> object:
    return rule.measure.of if isinstance(rule.measure, ChangeRate) else rule.measure


def _counted(cells: pa.ChunkedArray | None, known: pa.Array, total: int) -> ReferenceCounts:
    if cells is None:
        return ReferenceCounts(nulls=total)
    there = cells.drop_null()
    if known.type != there.type:  # 1 refers to '1', and text that is no number to nothing
        there, known = there.cast(pa.string()), known.cast(pa.string())
    found = pc.sum(pc.is_in(there, value_set=known)).as_py() or 0
    return ReferenceCounts(known=found, unknown=len(there) - found, nulls=cells.null_count)


def _fingerprint(question: Question, staged: tuple[Staged, ...]) -> str:
    asked = [
        (rule.id, type(measure).__name__, measure, rule.segment_by)
        for rule in question.described.quality
        if isinstance(measure := _measure(rule), ROWS_ALONE | COUNTED) or rule.segment_by
    ]
    frozen = [(rule, question.frozen[rule].edges) for rule in sorted(question.frozen)]
    known = sorted((rule, each.mark) for rule, each in question.known.items())
    told = ([each.path for each in staged], asked, frozen, known)
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:20]
