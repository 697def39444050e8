"""From the scheduled job to a receiver and back: a held period is told, and its publication ends the incident."""

from pathlib import Path

import orjson

from tests.unit.alerting.receivers import receiver
from tests.unit.sla.shop import Shop, label

UNKNOWN = {"amount": None}


def test_a_held_period_is_told_and_its_publication_ends_the_incident(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    for day, orders in enumerate(([{}] * 3, [{}, UNKNOWN, UNKNOWN], [{}] * 3, [{}] * 3, [{}] * 3)):
        shop.sell(day, *orders)
    with receiver() as where:
        channels = {"hook": {"type": "webhook", "url": where.url, "everything": True}}
        env = {"SLUICE_ALERTING_CHANNELS": orjson.dumps(channels).decode()}
        ran = shop.sla("run", "--as-of", label(5), "--json", env=env)
        assert ran.exit_code == 1, ran.output
        alerts = orjson.loads(ran.stdout)["alerts"]
        assert (alerts["opened"], alerts["sent"]) == (1, 1)
        again = shop.sla("run", "--as-of", label(5), "--json", env=env)
        assert orjson.loads(again.stdout)["alerts"]["enqueued"] == 0
        assert shop.sla("promote", "orders", label(1), "--why", "known and harmless", env=env).exit_code == 0
        held, over = (request.json for request in where.requests)
    assert held["headline"] == "orders: order.amounts breached, 1 period held"
    assert held["lines"][0]["periods"] == [label(1)]
    assert held["lines"][0]["command"] == f"sluice sla promote orders.order {label(1)} --why '...'"
    assert f"held {label(1)}" in held["done"]
    assert (over["event"], over["thread"]) == ("resolved", held["thread"])


def test_a_published_period_stays_so_where_nobody_can_be_told(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    for day, orders in enumerate(([{}], [UNKNOWN], [{}])):
        shop.sell(day, *orders)
    shop.run(3)
    promoted = shop.sla(
        "promote", "orders", label(1), "--why", "known", env={"SLUICE_ALERTING_DATABASE": "mysql://nowhere"}
    )
    assert promoted.exit_code == 0
    assert "nobody was told" in promoted.stderr


KINDS = "{name: kinds, metric: nullValues, arguments: {properties: [kind]}, mustBe: 0}"


def test_a_rule_that_was_taken_out_of_the_contract_is_retired_by_the_next_run_that_judges_a_period(
    tmp_path: Path,
) -> None:
    shop = Shop(folder=tmp_path).contract(KINDS)
    for day in range(5):
        shop.sell(day, {"kind": None if day < 2 else "a"})
    with receiver() as where:
        channels = {"hook": {"type": "webhook", "url": where.url, "everything": True}}
        env = {"SLUICE_ALERTING_CHANNELS": orjson.dumps(channels).decode()}
        assert shop.json("run", "--as-of", label(2), env=env)["alerts"]["opened"] == 1
        shop.contract()
        unjudged = shop.json("run", "--as-of", label(2), env=env)["alerts"]
        assert (unjudged["resolved"], unjudged["sent"]) == (0, 0)
        assert shop.json("run", "--as-of", label(3), env=env)["alerts"]["resolved"] == 1
        over = where.requests[-1].json
    assert (over["event"], over["lines"][0]["step"]) == ("resolved", "retired")
    assert over["lines"][0]["ended_why"] == "the contract asks for it no more"
    assert over["headline"] == "orders: nothing is open any more (order.kinds)"
