"""``sluice test`` on contracts with and without golden records."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sluice.cli import main

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["test", *arguments])


@pytest.fixture
def travel(tmp_path: Path) -> Path:
    folder = tmp_path / "travel"
    shutil.copytree(ROOT / "contracts/travel", folder)
    return folder


def test_the_golden_records_of_this_repository_are_as_expected() -> None:
    result = run(str(ROOT / "contracts"))
    assert result.exit_code == 0, result.output
    assert "14 of 14 golden records as expected" in result.stderr


def test_a_record_that_is_judged_otherwise_is_shown_as_a_diff(travel: Path) -> None:
    examples = travel / "flights.examples.yaml"
    text = examples.read_text().replace("{rule: dep_time.maximum", "{rule: dep_time.minimum")
    examples.write_text(text)
    line = 1 + text[: text.index("midnight written as 2400 on departure")].count("\n")
    result = run(str(travel))
    assert result.exit_code == 1
    assert f"flights.examples.yaml:{line}:11 midnight written as 2400 on departure" in result.stdout
    assert "- expected violation: dep_time.minimum at /dep_time" in result.stdout
    assert "+ actual violation: dep_time.maximum at /dep_time (at most 2359)" in result.stdout
    assert "13 of 14 golden records as expected" in result.stderr


def test_a_contract_that_loses_a_rule_fails_its_golden_records(travel: Path) -> None:
    contract = travel / "flights.odcs.yaml"
    contract.write_text(contract.read_text().replace("this.arr_delay != null", "this.arr_time != null"))
    found = json.loads(run(str(travel), "--json").stdout)
    assert found["failed"] == 1
    assert found["contracts"][0]["failures"][0]["name"] == "landed elsewhere, so the arrival has no delay"
    assert found["contracts"][0]["failures"][0]["mismatches"] == [
        {"what": "verdict", "expected": "invalid", "actual": "valid"}
    ]


def test_a_contract_without_golden_records_is_told(travel: Path) -> None:
    (travel / "planes.examples.yaml").unlink()
    result = run(str(travel))
    assert result.exit_code == 0
    assert "planes.odcs.yaml: no golden records" in result.stderr


def test_nothing_to_test_is_a_bad_call(travel: Path) -> None:
    for examples in travel.glob("*.examples.yaml"):
        examples.unlink()
    result = run(str(travel))
    assert result.exit_code == 2
    assert "no golden records beside 2 contracts" in result.stderr


def test_an_error_in_the_examples_is_shown_with_its_line(travel: Path) -> None:
    (travel / "planes.examples.yaml").write_text("examples:\n  - {name: a, record: {}, verdict: ok}\n")
    result = run(str(travel))
    assert result.exit_code == 2
    assert "planes.examples.yaml:2:36" in result.stderr
    assert "use one of: valid, invalid, control" in result.stderr
    assert "sluice lint" not in result.stderr, "lint reads contracts, and these are golden records"


def test_a_contract_in_error_is_shown_with_the_command_that_lists_the_rest(travel: Path) -> None:
    contract = travel / "planes.odcs.yaml"
    contract.write_text(contract.read_text().replace("kind: DataContract", "knd: DataContract"))
    result = run(str(contract))
    assert result.exit_code == 2
    assert f"correct them first (sluice lint {contract})" in "".join(result.stderr.splitlines())
