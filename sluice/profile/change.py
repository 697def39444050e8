"""What changed from one profile to another."""

from dataclasses import dataclass
from math import inf, log, nextafter, sqrt
from typing import Final

from sluice.profile.model import ColumnProfile, Profile
from sluice.profile.sketch import QUANTILES_K, RANK_ERROR, Estimate, distinct_count, quantiles_at, shares_at

BINS: Final = 10
SKETCH_PSI: Final = 0.005
"""What two quantile sketches of the same numbers may differ by (99 of 100 cases, ten bins)."""
SLIGHT: Final = 0.1
LARGE: Final = 0.25
"""The customary limits of the population stability index: below the first little has changed, above the second much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """One field before and now; None where one side lacks it. ``psi`` is None where it has no distribution.

    ``noise`` is what the index reaches by chance in about one of a thousand comparisons of unchanged data.
    """

    name: str
    before: ColumnProfile | None
    now: ColumnProfile | None
    psi: float | None = None
    noise: float | None = None

    @property
    def moved(self) -> bool:
        """Whether the distribution differs by more than chance, and by more than little."""
        return self.psi is not None and self.noise is not None and self.psi > max(SLIGHT, self.noise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two profiles side by side, field by field in the order of the one that is now."""

    before: Profile
    now: Profile
    columns: tuple[ColumnChange, ...]


def change(before: Profile, now: Profile) -> Change:
    """Compare two profiles of the same kind of rows."""
    names = dict.fromkeys([*now.columns, *before.columns])
    return Change(
        before=before,
        now=now,
        columns=tuple(_column(name, before.columns.get(name), now.columns.get(name)) for name in names),
    )


def _column(name: str, before: ColumnProfile | None, now: ColumnProfile | None) -> ColumnChange:
    both = (before, now)
    index = _psi(before, now) if before is not None and now is not None else None
    if index is None:
        return ColumnChange(name=name, before=before, now=now)
    psi, bins = index
    counts = [each.numbers.count for each in both if each is not None and each.numbers is not None]
    return ColumnChange(name=name, before=before, now=now, psi=psi, noise=_noise(bins, counts))


def _noise(bins: int, counts: list[int]) -> float:
    """The index of unchanged data is about (1/n + 1/m) times chi-squared with one degree less than bins."""
    degrees = max(bins - 1, 1)
    quantile = degrees * (1 - 2 / (9 * degrees) + 3.09 * sqrt(2 / (9 * degrees))) ** 3  # Wilson and Hilferty, 99.9 %
    return sum(1 / max(count, 1) for count in counts) * quantile + SKETCH_PSI


def _psi(before: ColumnProfile, now: ColumnProfile) -> tuple[float, int] | None:
    """The index over tenths of ``before``, with the number of bins; None without numbers on both sides."""
    if before.quantiles is None or now.quantiles is None:
        return _psi_of_truths(before, now)
    least, *tenths, most = quantiles_at(before.quantiles, [position / BINS for position in range(BINS + 1)])
    cuts = sorted({nextafter(least, -inf), *tenths, most})  # what lies outside of all that was before has bins too
    shares = shares_at(before.quantiles, cuts), shares_at(now.quantiles, cuts)
    return _index(shares, before, now), len(cuts) + 1


def _psi_of_truths(before: ColumnProfile, now: ColumnProfile) -> tuple[float, int] | None:
    if not (_is_boolean(before) and _is_boolean(now)) or before.mean is None or now.mean is None:
        return None
    return _index(((before.mean, 1 - before.mean), (now.mean, 1 - now.mean)), before, now), 2


def _is_boolean(column: ColumnProfile) -> bool:
    numbers = column.numbers
    return numbers is not None and column.quantiles is None and not column.classified and numbers.count > 0


def _index(shares: tuple[tuple[float, ...], tuple[float, ...]], before: ColumnProfile, now: ColumnProfile) -> float:
    """Population stability: the sum of (b - a) ln(b / a).

    An empty bin counts as half a row; where a sketch draws lots, no bin counts as less than its error.
    """
    least_before, least_now = (max(0.5 / max(each.values, 1), _least(each)) for each in (before, now))
    pairs = [(max(a, least_before), max(b, least_now)) for a, b in zip(*shares, strict=True)]
    return sum((b - a) * log(b / a) for a, b in pairs)


def _least(column: ColumnProfile) -> float:
    """A share that a sketch cannot tell from none; every value is kept of as many as its k."""
    return RANK_ERROR if column.quantiles is not None and column.values > QUANTILES_K else 0


def distinct_of(column: ColumnProfile) -> Estimate | None:
    """The distinct count; None where none was kept, though there are values. Never more than there are values."""
    if column.distinct is None and column.values:
        return None
    found = distinct_count(column.distinct)
    return Estimate(low=found.low, value=min(found.value, column.values), high=min(found.high, column.values))
