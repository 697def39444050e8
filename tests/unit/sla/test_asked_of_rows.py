"""Rules that the rows themselves have to answer: what they say when there is no answer, and what it shows."""

from pathlib import Path

import orjson
import pytest

from sla.verdicts import Periods
from tests.unit.sla.shop import Shop, label

TOTAL = '{name: total, type: sql, query: "SELECT sum(amount::DECIMAL(9, 2)) FROM ${table}", mustBe: 5}'
KINDS = '{name: kinds, type: sql, query: "SELECT sum(kind::INT) FROM ${table}", mustBe: 0}'
NOTHING = '{name: nothing, type: sql, query: "SELECT sum(amount) FROM ${table} WHERE amount > 99", mustBe: 0}'
ONCE = "{name: once, metric: duplicateValues, arguments: {properties: [amount]}, mustBe: 0}"
AMOUNT = "{name: amount, logicalType: integer}"
OTHER_TYPE = {"version: 1.0.0": "version: 2.0.0", AMOUNT: "{name: amount, logicalType: string}"}
APART = "versions of the period do not go together: Field amount has incompatible types: int64 vs string"


def told(shop: Shop) -> dict[str, tuple[str, str]]:
    """Outcome and reason by check, as a run found them on the first day."""
    shop.run(3)
    revision = Periods(shop.storage, shop.subject.folders).get(label(0)).newest
    assert revision is not None
    return {each.check: (each.outcome.value, each.reason) for each in revision.findings}


def test_a_sum_of_decimals_is_a_number(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract(TOTAL)
    shop.sell(0, {"amount": 2}, {"amount": 3})
    assert told(shop)["total"] == ("holds", "")


def test_a_query_without_an_answer_says_why_and_shows_no_value(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract(KINDS, NOTHING)
    shop.sell(0, {"kind": "hunter2"})
    found = told(shop)
    assert found["kinds"] == (
        "failed",
        "DuckDB refuses the query: a value does not convert to the type that the query asks (ConversionException)",
    )
    assert found["nothing"] == ("failed", "the query answered NULL, which is no number")
    written = [shop.storage.get(each.path)[0] for each in shop.storage.list("findings/")]
    assert not any(b"hunter2" in each for each in written)
    assert b"hunter2" not in orjson.dumps(shop.json("status"))


@pytest.mark.parametrize("rule", [ONCE, TOTAL])
def test_versions_whose_types_differ_are_named_where_a_rule_needs_both(tmp_path: Path, rule: str) -> None:
    shop = Shop(folder=tmp_path).contract(rule)
    shop.sell(0, {"amount": 1})
    assert "failed" not in {outcome for outcome, _ in told(shop).values()}
    shop.contract(rule, changed=OTHER_TYPE)
    shop.sell(0, {"amount": "two"}, version="2.0.0")
    (found,) = [each for check, each in told(shop).items() if check in {"once", "total"}]
    assert found == ("failed", APART)
