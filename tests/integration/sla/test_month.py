"""The real month, and the same month with a fault planted: each found by the checks that should, and by no other."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from sla.run import Outcome
from sla.verdicts import Standing
from sluice.finding.model import Finding
from sluice.finding.model import Outcome as Found
from tests.unit.sla.lake import Record
from tests.unit.sla.month import AS_OF, CONTRACTS, Platform, breaches, month

pytestmark = pytest.mark.integration  # it needs no server, but a minute

HELD = {"2013-02-08", "2013-02-09"}
NOTHING_CAME = {"2013-03-01"}  # closed when the month is judged as of the third; on history it is nobody's day


def changed(record: Record, **fields: Any) -> Record:
    assert record.value is not None
    return replace(record, value=orjson.dumps({**orjson.loads(record.value), **fields}))


def said(record: Record) -> dict[str, Any]:
    assert record.value is not None
    told: dict[str, Any] = orjson.loads(record.value)
    return told


def live(records: Iterable[Record], delay: timedelta = timedelta(seconds=2)) -> list[Record]:
    """As if the platform had run then: judged a second after the append, landed soon after."""
    return [
        replace(each, judged=each.appended + timedelta(seconds=1), landed=each.appended + delay) for each in records
    ]


def judged_live(platform: Platform, records: Iterable[Record], as_of: datetime = AS_OF) -> Outcome:
    """A run of a job that looks after the contract since the midnight of New York before the month."""
    since = datetime(2013, 2, 1, 5, tzinfo=UTC)
    platform.storage.put_new("state/flights/flight/activation", since.isoformat().encode())
    platform.land(records)
    platform.land_planes()
    return platform.run(as_of=as_of, now=as_of)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Platform, Outcome]:
    platform = Platform.at(tmp_path_factory.mktemp("month"))
    platform.land(month())
    platform.land_planes()
    return platform, platform.run()


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    """What the month breaks when nothing is planted, judged as it came."""
    return breaches(judged_live(Platform.at(tmp_path_factory.mktemp("live")), live(month())).findings)


def test_every_day_is_published_but_for_the_two_of_the_blizzard(untouched: tuple[Platform, Outcome]) -> None:
    platform, outcome = untouched
    standing = {each.period.label: each.memory.standing for each in outcome.judged}
    assert standing == {
        f"2013-02-{day:02}": Standing.HELD if f"2013-02-{day:02}" in HELD else Standing.PROMOTED for day in range(1, 29)
    }
    table = platform.table().table()
    assert table is not None
    read = table.scan().to_arrow()
    assert read.num_rows == 24_884 - 929 - 683
    assert not HELD & set(read.column("_period").to_pylist())


def test_a_second_run_judges_nothing_again_and_changes_nothing(untouched: tuple[Platform, Outcome]) -> None:
    platform, _ = untouched
    before = [(entry.path, entry.version) for entry in platform.storage.list("")]
    again = platform.run()
    assert again.judged == ()
    assert [(entry.path, entry.version) for entry in platform.storage.list("")] == before


def test_every_rule_and_every_level_of_the_contract_is_told_for_something(
    untouched: tuple[Platform, Outcome],
) -> None:
    _, outcome = untouched
    asked = {"promotion", *(rule.id for rule in outcome.subject.described.quality)}
    asked |= {f"sla.{level.property}" for level in outcome.subject.contract.service_levels}
    assert {finding.check for finding in outcome.findings} == asked


def test_levels_of_time_are_not_judged_on_history(untouched: tuple[Platform, Outcome]) -> None:
    _, outcome = untouched
    timely = {"sla.latency", "sla.frequency", "sla.timeOfAvailability"}
    told = {finding.outcome for finding in outcome.findings if finding.check in timely}
    assert told == {Found.SKIPPED}


def test_a_day_of_which_nothing_came_is_a_breach_of_volume(usual: set[tuple[str, str, str]]) -> None:
    assert {check for check, period, _ in usual if period in NOTHING_CAME} >= {
        "flights_a_day",
        "volume_like_last_weeks",
    }


def test_a_carrier_without_tail_numbers_is_found_as_that_carrier(
    tmp_path: Path, usual: set[tuple[str, str, str]]
) -> None:
    planted = [
        changed(each, tailnum=None)
        if each.verdict == "valid" and (said(each)["day"], said(each)["carrier"]) == (20, "B6")
        else each
        for each in live(month())
    ]
    found = breaches(judged_live(Platform.at(tmp_path), planted).findings)
    assert found - usual == {("tail_numbers_known", "2013-02-20", "B6")}
    assert usual - found == set()


def test_a_day_that_came_twice_is_found_as_duplicates_and_volume_and_held(
    tmp_path: Path, usual: set[tuple[str, str, str]]
) -> None:
    records = live(month())
    again = [
        replace(each, raw_offset=each.raw_offset + 100_000, offset=each.offset + 100_000)
        for each in records
        if each.verdict == "valid" and said(each)["time_hour"].startswith("2013-02-20T1")
    ]
    outcome = judged_live(Platform.at(tmp_path), [*records, *again])
    found = breaches(outcome.findings)
    assert {check for check, period, _ in found - usual if period == "2013-02-20"} == {
        "one_record_a_flight",
        "flights_a_day",
        "volume_like_last_weeks",
    }
    assert {period for _, period, _ in found - usual} == {"2013-02-20"}
    held = {each.period.label for each in outcome.judged if each.memory.standing is Standing.HELD}
    assert held == HELD | NOTHING_CAME | {"2013-02-20"}


def test_delays_cut_in_half_are_found_as_drift(tmp_path: Path, usual: set[tuple[str, str, str]]) -> None:
    planted = [
        changed(each, dep_delay=said(each)["dep_delay"] // 2)
        if each.verdict == "valid" and said(each)["day"] >= 22 and said(each)["dep_delay"] is not None
        else each
        for each in live(month())
    ]
    found = breaches(judged_live(Platform.at(tmp_path), planted).findings)
    assert {check for check, _, _ in found ^ usual} <= {"delays_like_before"}
    assert ("delays_like_before", "2013-02-28", "") in found


def test_a_landing_that_is_slow_is_found_and_points_at_the_landing(
    tmp_path: Path, usual: set[tuple[str, str, str]]
) -> None:
    slow = [
        replace(each, landed=each.appended + timedelta(hours=1))
        if each.appended.date() == datetime(2013, 2, 20, tzinfo=UTC).date()
        else each
        for each in live(month())
    ]
    outcome = judged_live(Platform.at(tmp_path), slow)
    new = [each for each in outcome.findings if _is_new(each, usual)]
    assert {each.check for each in new} == {"sla.latency"}
    assert all("land" in each.attributed for each in new)


def test_a_clock_that_runs_ahead_makes_nothing_fresh_and_names_its_producer(tmp_path: Path) -> None:
    stopped = [each for each in live(month()) if each.appended < datetime(2013, 2, 27, tzinfo=UTC)]
    ahead = [
        replace(
            changed(each, time_hour="2013-03-20T00:00:00Z"),
            producer="broken-clock/0.1",
            appended=datetime(2013, 2, 26, 23, tzinfo=UTC),
            judged=datetime(2013, 2, 26, 23, tzinfo=UTC),
            landed=datetime(2013, 2, 26, 23, tzinfo=UTC),
            offset=each.offset + 100_000,
            raw_offset=each.raw_offset + 100_000,
        )
        for each in stopped[:20]
        if each.verdict == "valid"
    ]
    as_of = datetime(2013, 2, 27, 20, tzinfo=UTC)
    outcome = judged_live(Platform.at(tmp_path), [*stopped, *ahead], as_of=as_of)
    (finding,) = [each for each in outcome.now if each.check == "sla.frequency"]
    assert finding.outcome is Found.BREACHED
    assert "broken-clock/0.1" in finding.attributed


HOURLY = """      - name: flights_an_hour
        type: custom
        engine: sluice
        implementation: {check: changeRate, of: rowCount, window: PT1H, baseline: {method: seasonal, period: P7D, lookback: 1}, mustBeGreaterThan: -90, unit: percent}
    customProperties:
"""  # noqa: E501 - a rule a line reads best


def test_an_hour_that_is_missing_is_found_by_a_contract_that_promises_hours(tmp_path: Path) -> None:
    text = (CONTRACTS / "travel" / "flights.odcs.yaml").read_text()
    assert "landingPeriod: P1D" in text
    (tmp_path / "contracts").mkdir()
    hourly = text.replace("landingPeriod: P1D", "landingPeriod: PT1H").replace(
        "\n    customProperties:\n", f"\n{HOURLY}", 1
    )
    (tmp_path / "contracts" / "flights.odcs.yaml").write_text(hourly)
    (tmp_path / "contracts" / "planes.odcs.yaml").write_text((CONTRACTS / "travel" / "planes.odcs.yaml").read_text())
    gone = "2013-02-27T17:00:00Z"  # noon in New York, 60 departures a week before
    records = [
        each
        for each in live(month())
        if each.verdict == "valid" and said(each)["day"] in {19, 20, 21, 26, 27, 28} and said(each)["time_hour"] != gone
    ]
    outcome = judged_live(
        Platform.at(tmp_path, tmp_path / "contracts"), records, as_of=datetime(2013, 3, 1, 20, tzinfo=UTC)
    )
    by_day = {26, 27, 28}
    found = {
        each.period
        for each in outcome.findings
        if each.check == "flights_an_hour"
        and each.outcome is Found.BREACHED
        and each.observed == -100
        and int((each.period or "2013-02-00T")[8:10]) in by_day
        and 6 <= int((each.period or "T00")[-2:]) <= 21
    }
    assert found == {"2013-02-27T12"}


def _is_new(finding: Finding, usual: set[tuple[str, str, str]]) -> bool:
    return bool(breaches([finding]) - usual)
