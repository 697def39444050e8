"""Staged: each valid bronze row with a value exactly once in the staged files, batch by batch, by raw coordinates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from connections.storage import Storage, StorageMissing
from sla.ledger.coordinates import Coordinates, of_staged
from sla.staging.batches import Staged
from sla.staging.bronze import Unreadable
from sluice.ledger.offsets import Array, Offsets, repeated

ByPartition = Mapping[int, Offsets]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uneven:
    """A batch whose staged rows are not its valid bronze rows, by raw partition; ``periods`` are those concerned.

    ``missing`` are in bronze alone, ``doubled`` were staged more than once, ``stray`` are in no bronze file of the
    batch. ``files`` are staged files that are gone or cannot be read, ``again`` bronze files of another batch too.
    """

    batch: int
    periods: tuple[str, ...]
    missing: ByPartition = field(default_factory=dict)
    doubled: ByPartition = field(default_factory=dict)
    stray: ByPartition = field(default_factory=dict)
    files: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a batch came to: ``files`` have to be there, ``erased`` are of periods that retention has taken."""

    files: Sequence[Staged]
    erased: Sequence[Staged] = ()

    def gone(self, number: int) -> Offsets:
        """The offsets of a raw partition that nobody misses."""
        return Offsets.of_runs(run for each in self.erased for run in each.offsets.get(number, ()))


def compare(
    storage: Storage,
    batch: int,
    bronze: Sequence[Coordinates | None],
    typed: Typed,
    again: Sequence[str] = (),
) -> Uneven | None:
    """The batch against its staged files; None where they hold the same rows, each once.

    A bronze file that is gone or cannot be read is None: nobody can tell then whether a staged row is stray.
    """
    there = [each for each in bronze if each is not None]
    wanted = _by_partition((each.raw_partition[each.row], each.raw_offset[each.row]) for each in there)
    read: list[tuple[Array, Array]] = []
    lost = []
    for each in typed.files:
        try:
            read.append(of_staged(storage.get(each.path)[0]))
        except (StorageMissing, Unreadable):
            lost.append(each)
    found = _by_partition(read)
    missing, doubled, stray = {}, {}, {}
    for number in sorted({*wanted, *found}):
        want, have = (Offsets.of(each.get(number, np.zeros(0, np.int64))) for each in (wanted, found))
        missing[number], stray[number] = want - have - typed.gone(number), have - want
        doubled[number] = repeated(found.get(number, np.zeros(0, np.int64)))
    explained = sum(map(len, missing.values())) == sum(each.rows for each in lost) and not again
    uneven = Uneven(
        batch=batch,
        periods=tuple(sorted({each.period for each in (lost if explained else typed.files)})),
        missing=_some(missing),
        doubled=_some(doubled),
        stray=_some(stray) if len(there) == len(bronze) else {},
        files=tuple(each.path for each in lost),
        again=tuple(again),
    )
    wrong = uneven.missing or uneven.doubled or uneven.stray or uneven.files or uneven.again
    return uneven if wrong else None


def _by_partition(pairs: Iterable[tuple[Array, Array]]) -> dict[int, Array]:
    gathered: dict[int, list[Array]] = {}
    for partitions, offsets in pairs:
        for number in np.unique(partitions):
            gathered.setdefault(int(number), []).append(offsets[partitions == number])
    return {number: np.concatenate(arrays) for number, arrays in gathered.items()}


def _some(found: Mapping[int, Offsets]) -> ByPartition:
    return {number: offsets for number, offsets in found.items() if offsets}
