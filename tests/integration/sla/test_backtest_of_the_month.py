"""The real month asked again: the same is found, and by a new rule what plain counting finds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from sla.backtest.past import Past
from sla.backtest.story import Backtest, Span, backtest
from sla.estate import Subject
from sla.run import Outcome
from sla.staging.intake import silent
from sluice.contract.model import Contract
from sluice.contract.read import parse
from tests.unit.sla.month import CONTRACTS, REPLAYED, Platform, breaches, month

pytestmark = pytest.mark.integration  # it needs no server, but a minute

NEW_YORK = ZoneInfo("America/New_York")
NEW_RULE = """\
      - {name: from_elsewhere, metric: invalidValues, arguments: {properties: [origin], validValues: [EWR, JFK]}, mustBeLessThan: 30.6, unit: percent}
"""  # noqa: E501 - a rule a line reads best


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Platform, Outcome]:
    platform = Platform.at(tmp_path_factory.mktemp("month"))
    platform.land(month())
    platform.land_planes()
    return platform, platform.run()


def asked_again(platform: Platform, subject: Subject | None = None) -> Backtest:
    estate = platform.estate()
    chosen = subject or next(each for each in estate if each.name == "flights.flight")
    past = Past.of(chosen, estate, platform.storage, timedelta(hours=1), REPLAYED)
    return backtest(past, Span(start=timedelta(days=60)), silent)


def test_the_same_rules_fire_on_the_same_days(judged: tuple[Platform, Outcome]) -> None:
    platform, outcome = judged
    found: dict[str, set[str]] = defaultdict(set)
    for check, period, _ in breaches(each for each in outcome.findings if each.period is not None):
        found[check].add(period)
    again = asked_again(platform)
    assert len(again.periods) == 28
    assert {rule.check: set(rule.fired) for rule in again.rules if rule.fired} == dict(found)
    assert all(rule.recorded == len(rule.fired) and not rule.failed for rule in again.rules)


def test_a_rule_that_is_new_fires_where_plain_counting_says(judged: tuple[Platform, Outcome]) -> None:
    platform, _ = judged
    text = (CONTRACTS / "travel" / "flights.odcs.yaml").read_text()
    before = "      # On many records: judged on each landing.\n"
    assert before in text
    contract = parse(text.replace(before, before + NEW_RULE).encode(), "flights")
    assert isinstance(contract, Contract), contract
    subject = next(each for each in platform.estate() if each.name == "flights.flight")
    new = replace(subject, contract=contract, described=contract.objects[0])
    rule = next(each for each in asked_again(platform, new).rules if each.check == "from_elsewhere")
    assert 0 < len(rule.fired) < 28
    assert set(rule.fired) == set(counted())
    assert (rule.judged, rule.failed, rule.recorded) == (28, 0, 0)


def counted() -> Iterable[str]:
    """Days on which 30.6 % or more of the valid departures were from La Guardia."""
    rows: dict[str, list[bool]] = defaultdict(list)
    for record in month():
        if record.verdict == "valid" and record.value is not None:
            flight: dict[str, Any] = orjson.loads(record.value)
            rows[day_of(flight["time_hour"])].append(flight["origin"] == "LGA")
    return {day for day, found in rows.items() if sum(found) * 100 >= 30.6 * len(found)}


def day_of(time_hour: str) -> str:
    return datetime.fromisoformat(time_hour).astimezone(NEW_YORK).strftime("%Y-%m-%d")
