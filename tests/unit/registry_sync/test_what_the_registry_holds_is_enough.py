import json

from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.verdict.load import load_gate
from sluice.verdict.model import Record
from tests.unit.registry_sync.access_suite import sharing
from tests.unit.registry_sync.by_hand import Orders, applied, planned
from tests.unit.registry_sync.test_sync_on_fakes import FakeWorld

VALUES = (b'{"id":"a","amount":1}', b'{"id":"a"}', b'{"id":1}', b'{"id":"a","more":1}', b"{}", b"nonsense", None)


def held(orders: Orders) -> str:
    world = FakeWorld()
    applied(world, planned(world, orders, acls=True))
    with world.registry() as registry:
        latest = registry.latest(f"{orders.name}.raw-contract")
    assert latest is not None
    return latest.schema.text


def test_the_gate_takes_the_registered_text_for_a_contract_and_judges_as_by_the_file() -> None:
    orders = sharing("orders")
    contract = orders.build()
    by_file = load_gate(canonical(rules_schema(contract, contract.objects[0])), "orders.raw-contract")
    by_registry = load_gate(held(orders), "orders.raw-contract")
    records = [Record(topic="orders.raw", value=value) for value in VALUES]
    assert [by_registry.judge(record) for record in records] == [by_file.judge(record) for record in records]


def test_the_rules_are_in_the_registry_as_they_were_compiled_with_the_record_beside_them() -> None:
    orders = sharing("orders")
    contract = orders.build()
    schema = json.loads(held(orders))
    record = schema.pop("x-sluice-sync")
    assert schema == json.loads(canonical(rules_schema(contract, contract.objects[0])))
    assert record["subjects"] == ["orders.raw-value", "orders.validated-value"]
    assert record["topics"] == ["orders.dead-letter", "orders.parking", "orders.raw", "orders.validated"]
    assert ["User:report", "read", "topic", "literal", "orders.validated"] in record["access"]
