"""Who is told, case by case: the table is routes.yaml."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.contract.model import Consumer, Contract, Member, SupportChannel
from sluice.incident.affected import affected
from sluice.incident.route import ChannelRow, Directory, Route, routes, unrouted
from sluice.problem import Place
from tests.unit.incident.findings import flights

CASES = yaml.safe_load(Path(__file__).with_name("routes.yaml").read_text("utf-8"))


def contract(case: dict[str, Any]) -> Contract:
    return replace(
        flights(),
        production_use=case.get("production", True),
        support=tuple(SupportChannel(**one) for one in case.get("support", ())),
        members=tuple(Member(username=name, role=role) for name, role in case.get("members", {}).items()),
        consumers=tuple(
            Consumer(name=name, place=Place(file="x"), contact=contact, uses=("flight",))
            for name, contact in case.get("consumers", {}).items()
        ),
    )


def directory(case: dict[str, Any]) -> Directory:
    rows = {
        name: ChannelRow(name=name, type=kind.rstrip("!"), everything=kind.endswith("!"))
        for name, kind in case["channels"].items()
    }
    return Directory(channels=rows, not_production=tuple(case.get("not_production", ())))


def shown(route: Route) -> str:
    where = route.destination
    names = ",".join(consumer.name for consumer in route.consumers)
    return f"{where.channel} {where.target or '-'} {route.audience.value} {names}".strip()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_contract_is_told_where_the_table_says(case: dict[str, Any]) -> None:
    assert [shown(route) for route in routes(contract(case), directory(case))] == case["expect"]
    assert len(unrouted(contract(case), directory(case))) == case.get("unrouted", 0)


def test_the_platform_is_told_where_everything_is() -> None:
    case = {"channels": {"hook": "webhook!", "chat": "slack"}}
    assert [shown(route) for route in routes(None, directory(case))] == ["hook - owners"]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        (("dep_delay",), ["delay-prediction", "punctuality-report"]),
        (("air_time",), ["punctuality-report"]),
        ((), ["delay-prediction", "punctuality-report"]),
        (("carrier.code",), ["delay-prediction", "punctuality-report"]),
        (("dep",), ["punctuality-report"]),
    ],
)
def test_a_consumer_is_concerned_by_the_fields_it_uses(fields: tuple[str, ...], names: list[str]) -> None:
    assert [consumer.name for consumer in affected(flights(), "flight", fields)] == names
    assert affected(flights(), "plane", fields) == ()
