"""The real month: what the checks find on its profiles is what plain SQL finds in its source, row by row."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from flights_expected import FLIGHTS, PLANES, Expected, expected

from sluice.checks.judge import judge_period
from sluice.checks.periods import Grid
from sluice.checks.view import Reference, View
from sluice.contract.measures import DuplicateValues
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.finding.model import Finding, Window
from sluice.profile.bins import count, freeze
from sluice.profile.builder import ProfileBuilder
from sluice.profile.contracted import spec_of
from sluice.profile.duplicates import duplicates
from sluice.profile.model import Histogram, Period, PeriodProfile, ReferenceCounts

pytestmark = pytest.mark.thorough

CONTRACT = Path(__file__).parents[3] / "contracts" / "travel" / "flights.odcs.yaml"
ACCEPTED = """
SELECT * FROM read_json_auto($flights)
WHERE NOT (arr_time IS NOT NULL AND arr_delay IS NULL)
  AND (tailnum IS NULL OR regexp_full_match(tailnum, 'N[0-9A-Z]{1,5}'))
  AND coalesce(dep_time, 0) <= 2359 AND coalesce(arr_time, 0) <= 2359 AND sched_arr_time <= 2359
"""
DRIFT, KNOWN = "delays_like_before", "plane_known"


@pytest.fixture(scope="module")
def contract() -> Contract:
    found = parse(CONTRACT.read_bytes(), CONTRACT.name)
    assert isinstance(found, Contract)
    return found


@pytest.fixture(scope="module")
def days(contract: Contract) -> dict[str, pa.Table]:
    """The accepted rows of each local day, cut by our own grid from their event time."""
    stream = contract.objects[0].stream
    assert stream is not None
    grid = Grid.of(stream.landing_period, stream.landing_timezone)
    with duckdb.connect() as base:
        rows = base.sql(ACCEPTED, params={"flights": str(FLIGHTS)}).to_arrow_table()
    labels = [grid.period_of(instant).label for instant in rows.column("time_hour").to_pylist()]
    numbered = rows.append_column("label", pa.array(labels))
    return {
        label: numbered.filter(pa.compute.equal(numbered.column("label"), label)).drop(["label"])
        for label in sorted(set(labels))
    }


@pytest.fixture(scope="module")
def frozen(days: dict[str, pa.Table]) -> Histogram:
    week = [table for label, table in days.items() if label <= "2013-02-07"]
    return freeze(pa.concat_tables(week).column("dep_delay"))


@pytest.fixture(scope="module")
def found(contract: Contract, days: dict[str, pa.Table], frozen: Histogram) -> list[Finding]:
    described = contract.objects[0]
    assert described.stream is not None
    grid = Grid.of(described.stream.landing_period, described.stream.landing_timezone)
    with duckdb.connect() as base:
        told = base.execute("SELECT tailnum FROM read_json_auto(?)", [str(PLANES)]).fetchall()
    planes = {tailnum for (tailnum,) in told}
    profiles = {label: profile(contract, grid.period(label), table, frozen, planes) for label, table in days.items()}
    first, last = grid.period("2013-02-01"), grid.period("2013-02-07")
    reference = Reference(histogram=frozen, window=Window(start=first.start, end=last.end))
    views = (
        View(
            contract=contract,
            object=described,
            grid=grid,
            period=grid.period(label),
            as_of=grid.period(label).end + timedelta(days=1),
            profiles=profiles,
            closed=frozenset(profiles),
            references={DRIFT: reference},
        )
        for label in profiles
    )
    return [finding for view in views for finding in judge_period(view)]


def profile(contract: Contract, period: Period, rows: pa.Table, frozen: Histogram, planes: set[str]) -> PeriodProfile:
    described = contract.objects[0]
    builder = ProfileBuilder(spec_of(described))
    for batch in rows.combine_chunks().to_batches():
        builder.add(batch)
    keys = (rule.measure.fields for rule in described.quality if isinstance(rule.measure, DuplicateValues))
    told = [tailnum for tailnum in rows.column("tailnum").to_pylist() if tailnum is not None]
    known = sum(tailnum in planes for tailnum in told)
    counts = ReferenceCounts(known=known, unknown=len(told) - known, nulls=rows.num_rows - len(told))
    return PeriodProfile(
        contract=contract.id,
        version=contract.version,
        object=described.name,
        period=period,
        slices=builder.slices(),
        duplicates={key: duplicates(rows, key) for key in keys},
        histograms={DRIFT: count(frozen.edges, rows.column("dep_delay"))},
        references={KNOWN: counts},
    )


def as_expected(findings: list[Finding]) -> Iterator[Expected]:
    for finding in findings:
        if finding.check.startswith("sla."):
            continue
        observed = None if finding.observed is None else round(float(finding.observed), 4)
        carrier = next((value or "" for _, value in finding.segment), "")
        yield Expected(
            check=finding.check,
            period=str(finding.period),
            carrier=carrier,
            outcome=finding.outcome.value,
            observed=observed,
            n=finding.n,
        )


def test_the_month_is_judged_as_plain_sql_judges_it(found: list[Finding], frozen: Histogram) -> None:
    assert hasattr(frozen.edges, "cuts")
    ours = sorted(as_expected(found), key=lambda each: (each.check, each.period, each.carrier, each.outcome))
    theirs = list(expected(frozen.edges.cuts))
    close = [
        replace(each, observed=mine.observed) if alike(each, mine) else each
        for each, mine in zip(theirs, ours, strict=False)
    ]
    assert ours == close
    assert len(ours) == len(theirs)


def alike(one: Expected, two: Expected) -> bool:
    """The same but for the last digit."""
    return one.observed is not None and two.observed is not None and abs(one.observed - two.observed) <= 0.0001


def test_the_blizzard_holds_two_days_and_nothing_else_is_held(found: list[Finding]) -> None:
    held = {(finding.check, finding.period) for finding in found if finding.holds_period}
    assert held == {
        ("departures_known", "2013-02-08"),
        ("departures_known", "2013-02-09"),
    }
