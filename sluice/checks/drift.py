"""drift: whether a field is still distributed as in its reference, beyond what chance and the contract allow."""

from dataclasses import dataclass, replace
from typing import Final

from sluice.checks.gather import Gathered, gather
from sluice.checks.statistics.distance import pooled, psi, psi_noise, wasserstein, wasserstein_noise
from sluice.checks.told import Seen, failed, judged, noted, of_rule, skipped
from sluice.checks.view import Reference, View
from sluice.contract import duration
from sluice.contract.measures import Drift
from sluice.contract.quality import QualityRule
from sluice.finding.model import Finding
from sluice.profile.model import Edges, Histogram
from sluice.profile.periods import Unmergeable, merge_histograms

PREVIOUS: Final = "previous"
HUNDRED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far apart, and what two samples of one distribution of these sizes exceed with the asked probability."""

    value: float
    noise: float


def judge_drift(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """The window's counts by the frozen bins against those of the reference; nulls are left to other rules."""
    if not isinstance(rule.measure, Drift):
        return ()
    current = gather(view, rule.window)
    seen = _judge(rule, rule.measure, current, view)
    return (of_rule(rule, view, replace(noted(seen, current.note), window=current.window)),)


def distance(asked: Drift, reference: Histogram, current: Histogram) -> Distance | str:
    """The distance by the metric that is asked for, or why there is none."""
    if asked.metric == "wasserstein":
        if not isinstance(reference.edges, Edges):
            return "text has no distances: use psi"
        if not reference.edges.deviation:
            return "all values of the reference are the same: there is no unit for a distance"
        sides = (reference.edges, reference.counts, current.counts)
        return Distance(value=wasserstein(*sides), noise=wasserstein_noise(*sides, asked.false_alarm_rate))
    one, two = pooled(reference.counts, current.counts)
    return Distance(value=psi(one, two), noise=psi_noise(one, two, asked.false_alarm_rate))


def _judge(rule: QualityRule, asked: Drift, current: Gathered, view: View) -> Seen:
    now = _counts(rule, current)
    reference = _reference(rule, asked, current, view)
    if isinstance(now, Seen):
        return now
    if isinstance(reference, Seen):
        return reference
    if reference.edges != now.edges:
        return skipped("the bins were frozen anew within the window: what was counted by the old ones says nothing")
    if min(reference.rows, now.rows) < asked.min_rows:
        few = "the window has" if now.rows < asked.min_rows else "the reference has"
        return skipped(f"{few} {min(reference.rows, now.rows)} values, {asked.min_rows} are needed")
    found = distance(asked, reference, now)
    if isinstance(found, str):
        return failed(found)
    limit = max(found.noise, asked.min_effect)
    return Seen(
        outcome=judged(holds=found.value <= limit),
        expected=f"{asked.metric} <= {limit:.4g}",
        observed=found.value,
        unit="sd" if asked.metric == "wasserstein" else asked.metric,
        n=now.rows,
        reason=(
            f"against {reference.rows} values of {asked.reference}; without any change {found.noise:.4g} is exceeded"
            f" in {HUNDRED * asked.false_alarm_rate:g} % of windows, and {asked.min_effect:g} is the least that matters"
        ),
    )


def _counts(rule: QualityRule, gathered: Gathered) -> Histogram | Seen:
    told = [part for part in gathered.parts if part.total.rows]
    found = [part.histograms[rule.id] for part in told if rule.id in part.histograms]
    if not told:
        return skipped(gathered.note or "no rows")
    if why := gathered.rows.failed(rule.id):
        return failed(why)
    if not found:
        return skipped("no rows were counted by frozen bins yet")
    if len(found) < len(told):
        return skipped(f"{len(told) - len(found)} of {len(told)} periods were not counted by frozen bins")
    try:
        return merge_histograms(found)
    except Unmergeable:
        return skipped("the bins were frozen anew within the window: what was counted by the old ones says nothing")


def _reference(rule: QualityRule, asked: Drift, current: Gathered, view: View) -> Histogram | Seen:
    if asked.reference == PREVIOUS:
        span = duration.parse(rule.window) or view.grid.length
        before = gather(view, rule.window, span)
        if before.missing:
            return skipped(f"no window before: {before.note}")
        return _counts(rule, before)
    reference = view.references.get(rule.id)
    if reference is None:
        return skipped(f"the reference {asked.reference} is not frozen yet")
    if _overlap(reference, current):
        return skipped(f"the window is part of its own reference {asked.reference}")
    return reference.histogram


def _overlap(reference: Reference, current: Gathered) -> bool:
    return reference.window.start < current.window.end and current.window.start < reference.window.end
