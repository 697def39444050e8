import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from registry_sync.markdown import markdown
from registry_sync.plan import Plan
from registry_sync.remark import Note
from registry_sync.request import Request, read_plan_file, write_plan_file
from registry_sync.table import show
from sluice.contract.stream import Compatibility
from sluice.terminal import Fault
from tests.unit.registry_sync.by_hand import AMOUNT, AMOUNT_AS_TEXT, ID, NOTE, Orders, applied, planned
from tests.unit.registry_sync.test_sync_on_fakes import FakeWorld


def shown(plan: Plan) -> str:
    text = StringIO()
    show(plan, Console(file=text, width=200))
    return text.getvalue()


def changed(orders: Orders) -> Plan:
    world = FakeWorld()
    applied(world, planned(world, Orders(level=Compatibility.BACKWARD)))
    return planned(world, orders)


def test_a_new_field_is_shown_by_its_place_and_not_by_two_schemas() -> None:
    plan = changed(Orders(version="1.1.0", fields=(ID, AMOUNT, NOTE)))
    for text in (shown(plan), markdown(plan)):
        assert '+ /properties/note: {"type": ["string", "null"]}' in text.replace("\\", "")
        assert plan.checksum in text


def test_a_refusal_is_shown_with_its_reasons_and_its_ways_out() -> None:
    plan = changed(Orders(version="1.1.0", fields=(ID, AMOUNT_AS_TEXT)))
    for text in (shown(plan), markdown(plan).replace("\\", "")):
        assert "orders 1.1.0 is not BACKWARD compatible with version 1" in text
        assert "/properties/amount" in text
        assert "raise the major version in contracts/orders.odcs.yaml" in text


def test_nothing_to_do_is_said() -> None:
    plan = changed(Orders())
    assert "nothing to do" in shown(plan)
    assert markdown(plan).startswith("### Contracts: nothing to do\n")


def test_markdown_holds_a_row_for_each_change_and_cannot_be_broken_by_a_name() -> None:
    note = Note(name="a`b|c", sentence="<script> [x](y) @everybody | **bold**\nnext")
    plan = replace(planned(FakeWorld(), Orders()), notes=(note,))
    text = markdown(plan)
    assert text.count("\n| ") == 1 + len(plan.changes)
    assert "- `a'b&#124;c`: &#60;script> \\[x\\](y) &#64;everybody &#124; \\*\\*bold\\*\\* next" in text


def test_json_holds_all_that_the_checksum_covers() -> None:
    plan = planned(FakeWorld(), Orders())
    document = json.loads(json.dumps(plan.as_json()))
    assert document["checksum"] == plan.checksum
    assert [change["kind"] for change in document["changes"]] == ["create-topic"] * 4 + ["register"] * 3
    assert all(change["reason"] for change in document["changes"])


def test_a_plan_file_keeps_what_was_asked_and_the_checksum(tmp_path: Path) -> None:
    request = Request(contracts=("contracts", "more"), env="production", acls=True)
    plan = planned(FakeWorld(), Orders())
    write_plan_file(tmp_path / "plan.json", request, plan)
    read = read_plan_file(tmp_path / "plan.json")
    assert (read.request, read.checksum) == (request, plan.checksum)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"request": {"colour": 1}, "checksum": ""}', "\x00"])
def test_what_is_no_plan_file_is_told_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(Fault, match="is no plan; write one with"):
        read_plan_file(tmp_path / "plan.json")
