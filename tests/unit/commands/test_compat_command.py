"""``sluice compat`` on two versions of a contract."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sluice.cli import main

ROOT = Path(__file__).parents[3]
FLIGHTS = ROOT / "contracts/travel/flights.odcs.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["compat", *arguments])


def changed(tmp_path: Path, old: str, new: str) -> str:
    text = FLIGHTS.read_text()
    assert old in text
    path = tmp_path / "flights.odcs.yaml"
    path.write_text(text.replace(old, new))
    return str(path)


def found(result: Result) -> dict[str, Any]:
    ((comparison),) = json.loads(result.stdout)
    assert isinstance(comparison, dict)
    return comparison


def test_a_version_is_compatible_with_itself() -> None:
    result = run(str(FLIGHTS), str(FLIGHTS))
    assert result.exit_code == 0
    assert "no difference" in result.stdout


def test_a_new_optional_field_of_a_closed_record_is_backward_compatible(tmp_path: Path) -> None:
    new = changed(
        tmp_path,
        "- {name: hour, logicalType: integer,",
        "- {name: gate, logicalType: string}\n      - {name: hour, logicalType: integer,",
    )
    result = run(str(FLIGHTS), new, "--json")
    assert result.exit_code == 0
    assert [(each["pointer"], each["breaks"], each["forbidden"]) for each in found(result)["structure"]] == [
        ("/properties/gate", "forward", False)
    ]
    assert run(str(FLIGHTS), new, "--level", "FULL").exit_code == 1


def test_a_changed_type_is_refused_with_its_reason_and_the_way_out(tmp_path: Path) -> None:
    new = changed(tmp_path, "name: distance, logicalType: integer", "name: distance, logicalType: number")
    assert run(str(FLIGHTS), new).exit_code == 0
    result = run(new, str(FLIGHTS))
    assert result.exit_code == 1
    assert "/properties/distance/type: keep the type" in result.stdout
    assert "not BACKWARD_TRANSITIVE compatible: 1 reason" in result.stdout


def test_a_tightened_rule_is_shown_and_forbidden_by_no_level(tmp_path: Path) -> None:
    new = changed(
        tmp_path, "logicalTypeOptions: {minimum: 1, maximum: 12}}", "logicalTypeOptions: {minimum: 1, maximum: 11}}"
    )
    result = run(str(FLIGHTS), new, "--json")
    assert result.exit_code == 0
    assert [(each["pointer"], each["breaks"]) for each in found(result)["rules"]] == [
        ("/properties/month/maximum", "backward")
    ]


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ("this.arr_delay != null", "this.arr_delay != 0", ("changed", "both")),
        ("name: arrival_knows_its_delay", "name: arrivals_have_delays", ("removed", "forward")),
    ],
)
def test_rules_in_cel_are_compared_by_their_id(tmp_path: Path, old: str, new: str, breaks: tuple[str, str]) -> None:
    rules = found(run(str(FLIGHTS), changed(tmp_path, old, new), "--json"))["rules"]
    assert (rules[0]["kind"], rules[0]["breaks"]) == breaks


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for missing in (str(tmp_path / "no.odcs.yaml"), "HEAD:no.odcs.yaml", "--output=x:y"):
        result = run("--", missing, str(FLIGHTS))
        assert result.exit_code == 2
        assert "there is no" in result.stderr


def test_a_folder_is_one_sentence(tmp_path: Path) -> None:
    result = run(str(tmp_path), str(FLIGHTS))
    assert result.exit_code == 2
    assert "is a folder; name a contract in it" in result.stderr


CUT = "landingPeriod: P1D  "


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (CUT, "landingPeriod: PT1H ", "/stream/landingPeriod"),
        ("landingTimezone: America/New_York", "landingTimezone: Europe/Berlin", "/stream/landingTimezone"),
    ],
)
def test_other_periods_break_at_every_level_and_the_way_out_is_told(
    tmp_path: Path, old: str, new: str, pointer: str
) -> None:
    after = changed(tmp_path, old, new)
    for level in ("NONE", "FULL_TRANSITIVE"):
        result = run(str(FLIGHTS), after, "--level", level, "--json")
        assert result.exit_code == 1
        document = found(result)
        assert document["compatible"] is False
        assert [each["pointer"] for each in document["periods"]] == [pointer]
    told = run(str(FLIGHTS), after).stdout
    assert f"{pointer}: keep it, or give the object another name" in " ".join(told.split())
    assert "other periods than those that are judged and published: 1 reason" in told


def test_the_same_periods_written_otherwise_are_no_difference(tmp_path: Path) -> None:
    result = run(str(FLIGHTS), changed(tmp_path, CUT, "landingPeriod: PT24H "))
    assert result.exit_code == 0
    assert "no difference" in result.stdout
