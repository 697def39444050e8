"""Distances between two histograms with the same bins, and what of them is noise.

A distance alone says nothing: with 100 rows on both sides and 10 bins the PSI of one and the same distribution is above
0.1 in five of six cases. So each distance comes with the value that two samples of one distribution exceed with a
given probability.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import log, pi, sqrt
from typing import Final

from sluice.checks.statistics.tails import chi2_above, z_above
from sluice.profile.model import Edges

EXPECTED_LEAST: Final = 5
"""Bins in which fewer rows are expected are put together: the chi-squared approximation does not hold for them."""

_HALF: Final = 0.5  # added to every bin, so that an empty one is no infinite distance
Counts = Sequence[int]


def psi(reference: Counts, current: Counts) -> float:
    """The population stability index: the symmetric Kullback-Leibler divergence. Needs rows on both sides."""
    one, two = _shares(reference), _shares(current)
    return sum((p - q) * log(p / q) for p, q in zip(one, two, strict=True))


def psi_noise(reference: Counts, current: Counts, probability: float) -> float:
    """What the PSI of two samples of one distribution exceeds with a probability: (1/n + 1/m) chi2(bins - 1)."""
    bins = sum(1 for a, b in zip(reference, current, strict=True) if a + b)
    scale = 1 / sum(reference) + 1 / sum(current)
    return scale * chi2_above(probability, bins - 1) if bins > 1 else 0.0


def pooled(reference: Counts, current: Counts) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The same counts with neighbouring bins put together until each has rows enough to be expected on both sides."""
    n, m = sum(reference), sum(current)
    least = EXPECTED_LEAST * (n + m) / min(n, m)  # so many in both together
    one, two = [0], [0]
    for a, b in zip(reference, current, strict=True):
        if one[-1] + two[-1] >= least:
            one.append(0)
            two.append(0)
        one[-1] += a
        two[-1] += b
    if len(one) > 1 and one[-1] + two[-1] < least:
        last_one, last_two = one.pop(), two.pop()
        one[-1] += last_one
        two[-1] += last_two
    return tuple(one), tuple(two)


def wasserstein(edges: Edges, reference: Counts, current: Counts) -> float:
    """The mean way that the rows of one have to go to become the other, in standard deviations of the reference.

    Each bin stands at its middle; the outer ones end at the bounds of the reference. 0 where the reference has no
    spread, so that nothing can be told in units of it.
    """
    if not edges.deviation:
        return 0.0
    one, two = _below(reference), _below(current)
    return sum(gap * abs(f - g) for gap, f, g in zip(_gaps(edges), one, two, strict=True)) / edges.deviation


def wasserstein_noise(edges: Edges, reference: Counts, current: Counts, probability: float) -> float:
    """What the distance of two samples of one distribution exceeds with at most a probability.

    The differences of the cumulated shares are normal with covariance (1/n + 1/m) (min(F, G) - F G). The distance is a
    sum of their sizes, so it is above its mean by more than z standard deviations of the value itself with at most
    the probability of z (concentration of Gaussian measure; Borell, Tsirelson, Ibragimov and Sudakov): no table, no
    simulation, and on the safe side.
    """
    if not edges.deviation:
        return 0.0
    scale = sqrt(1 / sum(reference) + 1 / sum(current))
    gaps = _gaps(edges)
    shares = _below([a + b for a, b in zip(reference, current, strict=True)])
    mean = sum(gap * sqrt(2 / pi * f * (1 - f)) for gap, f in zip(gaps, shares, strict=True))
    variance = sum(
        gap_f * gap_g * (min(f, g) - f * g)
        for gap_f, f in zip(gaps, shares, strict=True)
        for gap_g, g in zip(gaps, shares, strict=True)
    )
    return scale * (mean + z_above(probability) * sqrt(max(variance, 0.0))) / edges.deviation


def _shares(counts: Counts) -> tuple[float, ...]:
    total = sum(counts) + _HALF * len(counts)
    return tuple((count + _HALF) / total for count in counts)


def _below(counts: Counts) -> tuple[float, ...]:
    """The share of the rows up to each cut."""
    total = sum(counts)
    return tuple(seen / total for seen in accumulate(counts[:-1]))


def _gaps(edges: Edges) -> tuple[float, ...]:
    """The way from the middle of one bin to the middle of the next, one for each cut."""
    ends = (min(edges.low, *edges.cuts[:1]), *edges.cuts, max(edges.high, *edges.cuts[-1:])) if edges.cuts else ()
    middles = [(low + high) / 2 for low, high in pairwise(ends)]
    return tuple(after - before for before, after in pairwise(middles))
