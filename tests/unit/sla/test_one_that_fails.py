"""One contract that cannot be judged is no reason for silence about the others."""

from pathlib import Path

import orjson
import pytest

from sla.estate import Subject
from sla.publishing.warehouse import Published
from sla.run import Circumstances, Outcome
from sla.run import run as run_one
from sluice.terminal import Fault
from tests.unit.sla.shop import Shop


def test_the_others_are_judged_and_handed_over_before_the_fault_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {}, {})
    text = (tmp_path / "contracts" / "orders.odcs.yaml").read_text()
    other = text.replace("id: orders", "id: broken").replace("orders.validated", "broken.validated")
    (tmp_path / "contracts" / "a-broken.odcs.yaml").write_text(other)

    def failing(subject: Subject, table: Published, around: Circumstances) -> Outcome:
        if subject.contract.id == "broken":
            raise Fault("its storage is gone")
        return run_one(subject, table, around)

    monkeypatch.setattr("sla.commands.run.run_one", failing)
    told = shop.sla("run", "--no-alerts", "--json")
    assert told.exit_code == 2, told.output
    assert "its storage is gone" in told.output
    (findings,) = [path for path in (tmp_path / "lake" / "findings").iterdir() if "actions" not in path.name]
    assert {orjson.loads(line)["contract"] for line in findings.read_bytes().splitlines()} == {"orders"}


def test_a_defect_is_a_failed_task_for_a_scheduler_and_no_breach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(folder=tmp_path).contract()

    def failing(subject: Subject, table: Published, around: Circumstances) -> Outcome:
        raise KeyError((subject.name, table.name, around.by))

    monkeypatch.setattr("sla.commands.run.run_one", failing)
    told = shop.sla("run", "--no-alerts")
    assert told.exit_code == 2, told.output
    assert "Traceback" in told.stderr
