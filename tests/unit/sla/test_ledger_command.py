"""`sluice ledger` as people and machines meet it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connections.settings import Lake
from connections.storage import storage_of
from sluice.cli import main
from sluice.terminal import Fault
from tests.unit.sla.clusters import FakeCluster
from tests.unit.sla.works import CONTRACT, DAY, MORNING, Works, without

SETTINGS = """
[landing]
name = "orders-land"
checkpoint_seconds = 5
[validator]
name = "orders-validate"
"""
Ledger = Callable[..., Result]


@pytest.fixture
def works(tmp_path: Path) -> Works:
    return Works(cluster=FakeCluster(), storage=storage_of(Lake(root=f"file://{tmp_path / 'lake'}")))


@pytest.fixture
def ledger(works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The command, with the fake for a Kafka."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "orders.odcs.yaml").write_text(CONTRACT.format(name="orders", more=""))
    (tmp_path / "sluice.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sla.commands.ledger.KafkaLog", lambda _: works.cluster.log)
    root = f"file://{tmp_path / 'lake'}"
    return lambda *more: CliRunner().invoke(main, ["ledger", "--lake", root, *more])


def lose_one_of_the_ninth(works: Works) -> None:
    for day in range(3):
        works.judge(works.cluster.produce(works.raw, 20), on=MORNING + day * DAY)
        if day == 1:
            at = works.at(works.validated)
            works.out[at] = without(works.out[at], 30)
        works.land()
        works.stage()


def test_all_is_well_in_a_table(works: Works, ledger: Ledger) -> None:
    works.judge(works.cluster.produce(works.raw, 100))
    works.land()
    works.stage()
    result = ledger()
    assert result.exit_code == 0, result.output
    assert "orders.order" in result.stdout
    assert result.stdout.count("balances") == 4
    assert "90 rows" in result.stdout


def test_a_loss_is_one_line_with_its_place_and_period(works: Works, ledger: Ledger) -> None:
    lose_one_of_the_ninth(works)
    result = ledger("orders")
    assert result.exit_code == 1
    assert "missing (judged) orders.raw[0] 30: 1 record; periods 2013-02-09" in result.stdout
    assert "does not balance" in result.stdout


def test_machines_get_coordinates(works: Works, ledger: Ledger) -> None:
    lose_one_of_the_ninth(works)
    result = ledger("--json")
    document = json.loads(result.stdout)
    (told,) = document["contracts"]
    assert (document["holds"], result.exit_code) == (False, 1)
    assert [(each["balance"], each["what"], each["place"], each["offsets"]) for each in told["faults"]] == [
        ("landed", "missing", "orders.validated[0]", [[28, 28]]),
        ("judged", "missing", "orders.raw[0]", [[30, 30]]),
    ]
    assert [each["through"] for each in told["judged"]] == [30, 0]


def test_a_period_is_asked_about_alone(works: Works, ledger: Ledger) -> None:
    lose_one_of_the_ninth(works)
    assert ledger("--period", "2013-02-08").exit_code == 0
    assert ledger("--period", "2013-02-09").exit_code == 1
    assert ledger("--since", "2013-02-10").exit_code == 0
    refused = ledger("--period", "2013-2-9")
    assert refused.exit_code == 2
    assert "names no period" in refused.stderr


def test_a_loss_that_is_accepted_holds_nothing_back_and_stays_told(works: Works, ledger: Ledger) -> None:
    lose_one_of_the_ninth(works)
    assert not works.ledger().holds_for("2013-02-09").holds
    places = ("--accept", "orders.validated[0]", "--accept", "orders.raw[0]@17..30")
    result = ledger("orders", *places, "--by", "anna", "--why", "the disk is gone")
    assert result.exit_code == 0, result.output
    assert "does not balance" not in result.stdout
    assert "accepted orders.raw[0]@30 by anna on" in result.stdout
    (told,) = json.loads(ledger("--json").stdout)["contracts"]
    accepted = [(each["place"], each["offsets"], each["by"], each["why"]) for each in told["accepted"]]
    assert accepted == [
        ("orders.validated[0]", [[28, 28]], "anna", "the disk is gone"),
        ("orders.raw[0]", [[30, 30]], "anna", "the disk is gone"),
    ]
    assert works.ledger(full=True).holds_for("2013-02-09").holds


def test_what_is_lost_beside_an_accepted_loss_holds_its_own_period(works: Works, ledger: Ledger) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    gone = works.land()[-1]
    works.stage()
    works.judge(works.cluster.produce(works.raw, 20), on=MORNING + DAY)
    works.land()
    works.stage()
    assert ledger().exit_code == 0
    works.storage.delete(gone)
    places = sorted({each.place for each in works.ledger().faults})
    accepting = [part for each in places for part in ("--accept", each)]
    result = ledger("orders", *accepting, "--why", "it was deleted by hand")
    assert result.exit_code == 0, result.output
    works.judge(works.cluster.produce(works.raw, 20), on=MORNING + 2 * DAY)
    at = works.at(works.validated)
    works.out[at] = without(works.out[at], 50)
    works.land()
    works.stage()
    told = works.ledger()
    assert [told.holds_for(label).holds for label in ("2013-02-08", "2013-02-09", "2013-02-10")] == [True, True, False]


def test_what_is_not_lost_is_not_accepted(works: Works, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_one_of_the_ninth(works)
    why = ("--why", "the disk is gone")
    lost = "nothing is lost at {}; something is at orders.raw[0], orders.validated[0]"
    cases = [
        (("orders", "--accept", "orders.raw[1]", *why), lost.format("orders.raw[1]")),
        (("orders", "--accept", "orders.raw[0]@31..39", *why), lost.format("orders.raw[0]@31..39")),
        (("orders", "--accept", "orders.raw[0]@30-31", *why), "'30-31' is no offset"),
        (("orders", "--accept", "orders.raw[0]"), "--why is empty"),
    ]
    for arguments, refusal in cases:
        result = ledger(*arguments)
        assert result.exit_code == 2, arguments
        assert refusal in " ".join(result.stderr.split()), arguments

    def silent(*_: object) -> None:
        raise Fault("Kafka at nobody:1: nobody answers")

    monkeypatch.setattr(FakeCluster, "reach", silent)
    assert "Kafka did not answer" in ledger("orders", "--accept", "orders.raw[0]", *why).stderr
    assert not works.ledger(online=False).accepted


def test_without_kafka_the_files_are_told_and_the_exit_is_a_fault(
    works: Works, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    works.storage.put_new(f"{path}-again", works.storage.get(path)[0])

    def silent(*_: object) -> None:
        raise Fault("Kafka at nobody:1: nobody answers")

    monkeypatch.setattr(FakeCluster, "reach", silent)
    result = ledger()
    assert result.exit_code == 2
    assert "twice (landed) orders.validated[0] 0..17: 18 records" in result.stdout
    assert "nobody answers; without Kafka nobody can tell what is missing" in result.stderr
