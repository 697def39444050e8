"""What was found is handed over, even where the run that found it did not live to do so."""

from pathlib import Path
from typing import Any

import pytest

from sla.verdicts import Period, Periods, with_told
from sluice.finding.run import Run
from tests.unit.sla.frail import Killed
from tests.unit.sla.shop import Shop

BREACHES = {("amounts", "2026-03-01")}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {"amount": None})
    shop.sell(1, {"amount": 1})
    return shop


def breaches(document: dict[str, Any]) -> set[tuple[str, str]]:
    (contract,) = document["contracts"]
    return {(each["check"], each["period"]) for each in contract["findings"] if each["outcome"] == "breached"}


def told(shop: Shop) -> dict[str, int]:
    return {name: memory.told for name, memory in Periods(shop.storage, shop.subject.folders).all().items()}


def test_what_was_handed_over_is_not_handed_over_again(shop: Shop) -> None:
    assert breaches(shop.run(3)) == BREACHES
    assert told(shop) == {"2026-03-01": 1, "2026-03-02": 1}
    assert breaches(shop.run(3)) == set()


def test_what_a_run_found_that_died_before_it_told_anybody_is_handed_over_by_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as world:
        world.setattr("sla.commands.run.leave_word", dies)
        with pytest.raises(Killed):
            shop.run(3)
    assert set(told(shop).values()) == {0}
    assert breaches(shop.run(3)) == BREACHES
    assert breaches(shop.run(3)) == set()


def test_what_was_found_is_handed_over_with_what_became_of_the_period(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[tuple[Any, ...]] = []

    def take(run: Run, contracts: Any, sources: Any, now: Any) -> None:
        del contracts, sources, now
        handed.append((len(run.findings), {(each.period, each.what.value) for each in run.actions}))
        raise Killed

    monkeypatch.setattr("sla.commands.run.hand_over", take)
    for _ in range(2):
        with pytest.raises(Killed):
            shop.json("run", "--as-of", "2026-03-04")
    assert handed[0] == handed[1]
    assert handed[0][1] == {("2026-03-01", "held"), ("2026-03-02", "promoted")}


def test_a_revision_that_came_after_what_was_told_is_told(shop: Shop) -> None:
    shop.run(3)
    shop.sell(1, {"amount": None}, {"amount": None}, {"amount": None})
    assert breaches(shop.run(3)) >= {("amounts", "2026-03-02")}
    assert told(shop)["2026-03-02"] == 2


def test_a_run_that_tells_of_an_older_revision_takes_nothing_back() -> None:
    assert with_told(Period(label="2026-03-01", told=3), 2).told == 3
