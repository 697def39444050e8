"""latency: how much later one clock is than another, for the share of the records that is promised."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from sluice.checks.blame import producer_behind
from sluice.checks.gather import Rows, gather
from sluice.checks.levels.amount import length, numeric, share_of, told
from sluice.checks.told import Seen, failed, judged, noted, skipped
from sluice.checks.view import View
from sluice.contract.model import ServiceLevel
from sluice.profile.lateness import Lateness
from sluice.profile.merge import merge_lateness
from sluice.profile.model import CLOCKS

HUNDRED: Final = 100
HOPS: Final = {
    "event>appended": "the event clock or the way to the raw topic",
    "appended>judged": "the validator",
    "judged>landed": "the landing job",
}
"""Whose time it is between two clocks that follow one another."""


def judge_latency(level: ServiceLevel, view: View) -> Seen:
    """The promised share (valueExt, percent; all of them without it) of the window's records within the value.

    Counted exactly but for records within two per cent of the limit, for which the contract gets the benefit.
    """
    limit = length(level)
    start, end = level.from_clock or CLOCKS[0], level.to_clock or CLOCKS[-1]
    asked = HUNDRED if level.value_ext is None else numeric(level.value_ext)
    if isinstance(limit, str):
        return failed(limit)
    if asked is None or not 0 < asked <= HUNDRED:
        return failed(f"valueExt must be the percentile, above 0 and up to 100, not '{level.value_ext}'")
    if start not in CLOCKS or end not in CLOCKS or CLOCKS.index(start) >= CLOCKS.index(end):
        return failed(f"no latency from {start} to {end}: the clocks are {', '.join(CLOCKS)}, in this order")
    expected = f"{asked:g} % within {told(limit)}, from {start} to {end}"
    if view.late_on_purpose:
        return skipped(view.late_on_purpose, expected)
    gathered = gather(view, level.window or "")
    seen = noted(_judge(gathered.rows, f"{start}>{end}", limit, share_of(asked)), gathered.note)
    return replace(seen, expected=expected, unit="s", window=gathered.window)


def between(rows: Rows, pair: str) -> Lateness:
    """The lateness of the rows from one clock to another; empty where it was not counted."""
    return merge_lateness([profile.lateness[pair] for profile in rows.profiles if pair in profile.lateness])


def _judge(rows: Rows, pair: str, limit: timedelta, share: Fraction) -> Seen:
    lateness = between(rows, pair)
    observed = lateness.quantile(float(share))
    if observed is None:
        return skipped("no rows" if not rows.count else f"no row has both clocks of {pair}")
    surely, maybe = lateness.within(limit.total_seconds())
    holds = maybe >= share * lateness.count
    close = holds and surely < share * lateness.count
    late = lateness.count - maybe
    reason = (
        "within two per cent of the limit" if close else f"{late} of {lateness.count} records later" if late else ""
    )
    seen = Seen(outcome=judged(holds=holds), observed=observed, n=lateness.count, reason=reason)
    return seen if holds else replace(seen, attributed=_attributed(rows, pair, limit, share))


def _attributed(rows: Rows, pair: str, limit: timedelta, share: Fraction) -> str:
    """The hop between the two clocks that took longest, and for that of the producers who of them."""
    start, end = pair.split(">")
    clocks = CLOCKS[CLOCKS.index(start) : CLOCKS.index(end) + 1]
    hops = {f"{one}>{two}": between(rows, f"{one}>{two}").quantile(float(share)) for one, two in pairwise(clocks)}
    known = {hop: seconds for hop, seconds in hops.items() if seconds is not None}
    if not known:
        return ""
    slowest = max(known, key=lambda hop: known[hop])
    if slowest == "event>appended":

        def late(some: Rows) -> float:
            lateness = between(some, slowest)
            return lateness.count - lateness.within(limit.total_seconds())[1]

        return producer_behind(rows, late) or HOPS[slowest]
    return HOPS[slowest]
