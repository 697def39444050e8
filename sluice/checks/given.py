"""Rules whose number was counted on the rows themselves: referential, sql, reconciliation; and those of others."""

from dataclasses import replace

from sluice.checks.counts import beyond, expected, unit_of
from sluice.checks.gather import Gathered, gather
from sluice.checks.measures import HUNDRED
from sluice.checks.secrecy import NOT_TOLD, reads_classified
from sluice.checks.told import Seen, failed, judged, noted, of_rule, skipped
from sluice.checks.view import View
from sluice.contract.measures import Elsewhere, Sql
from sluice.contract.quality import QualityRule
from sluice.contract.threshold import Unit
from sluice.finding.model import Evidence, Finding
from sluice.profile.periods import merge_references

PLACES_SHOWN = 5


def judge_referential(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """How many of the values that are there the other object holds: a share, or (unit rows) their number."""
    gathered = gather(view, rule.window)
    told = [part for part in gathered.parts if part.total.rows]
    found = [part.references[rule.id] for part in told if rule.id in part.references]
    counts = merge_references(found)
    values = counts.known + counts.unknown
    if len(found) < len(told):
        lacking = f"{len(told) - len(found)} of {len(told)} periods were not compared with the other object"
        seen = failed("; ".join(filter(None, (lacking, gathered.rows.failed(rule.id)))))
    elif rule.unit is Unit.ROWS and gathered.missing:
        seen = skipped(gathered.note)
    elif not values and rule.unit is not Unit.ROWS:
        seen = skipped("no values")
    else:
        known = HUNDRED * counts.known / values if rule.unit is Unit.PERCENT else float(counts.known)
        seen = noted(_compared(rule, known, values), f"{counts.unknown} of {values} values are not known there")
    return (_told(rule, view, gathered, seen),)


def judge_sql(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """The number that the rule's query gave for the window that ends with the period."""
    gathered = gather(view, rule.window)
    profile = view.profiles.get(view.period.label)
    value = profile.scalars.get(rule.id) if profile else None
    if profile is None:
        seen = skipped("no rows")
    elif value is None:
        seen = failed(profile.failed.get(rule.id, "the query gave no number"))
    else:
        seen = _compared(rule, value, gathered.rows.count)
    if isinstance(rule.measure, Sql) and seen.observed is not None and reads_classified(rule.measure, view.object):
        seen = noted(replace(seen, observed=None, unit=""), NOT_TOLD)
    return (_told(rule, view, gathered, seen),)


def judge_reconciliation(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """Raw records that came out neither validated nor as dead letter, or twice; none, if the rule says no more."""
    gathered = gather(view, rule.window)
    ledger = view.reconciled.get(rule.id)
    if ledger is None:
        return (_told(rule, view, gathered, failed("the ledger of these hours was not made up")),)
    off = ledger.missing + ledger.doubled
    value = off if rule.unit is not Unit.PERCENT else HUNDRED * off / ledger.raw if ledger.raw else 0.0
    places = tuple(Evidence(kind="record", place=place) for place in ledger.places[:PLACES_SHOWN])
    told = f"{ledger.missing} missing and {ledger.doubled} doubled of {ledger.raw} raw records"
    if rule.threshold is None:
        seen = Seen(
            outcome=judged(holds=not off), expected="= 0 rows", observed=value, unit=unit_of(rule), n=ledger.raw
        )
    else:
        seen = _compared(rule, value, ledger.raw)
    return (_told(rule, view, gathered, replace(noted(seen, told), evidence=places if off else ())),)


def judge_elsewhere(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """Said, never judged."""
    engine = rule.measure.engine if isinstance(rule.measure, Elsewhere) else rule.kind
    words = engine in {"text", "library"}
    reason = "documentation only: a rule in words" if words else f"documentation only: {engine} runs it, we do not"
    return (of_rule(rule, view, skipped(reason)),)


def _compared(rule: QualityRule, value: float, n: int) -> Seen:
    if rule.threshold is None:
        return failed("the rule has no threshold")
    breached, _ = beyond(rule.threshold, value)
    return Seen(outcome=judged(holds=not breached), expected=expected(rule), observed=value, unit=unit_of(rule), n=n)


def _told(rule: QualityRule, view: View, gathered: Gathered, seen: Seen) -> Finding:
    return of_rule(rule, view, replace(noted(seen, gathered.note), window=gathered.window))
