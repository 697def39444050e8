"""Every check as tables: a rule as a contract writes it, profiles in short, and the findings that must come of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from check_cases import shown, view_of

from sluice.checks.judge import judge_all
from sluice.checks.levels.table import LEVELS

HERE = Path(__file__).parent
TABLES = ("counts", "change", "drift", "given", "latency", "frequency", "time_of_day", "budget", "keeping", "watch")
CASES = [
    pytest.param(case, id=f"{table}/{case['name']}")
    for table in TABLES
    for case in yaml.safe_load((HERE / f"{table}.yaml").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_a_check_finds_what_its_table_says(case: dict[str, Any]) -> None:
    findings = judge_all(view_of(case))
    wanted = case["finds"]
    assert [shown(finding, want) for finding, want in zip(findings, wanted, strict=False)] == wanted
    assert len(findings) == len(wanted), findings[len(wanted) :]


def test_every_service_level_of_the_standard_has_a_case() -> None:
    told = {level["property"] for case in (param.values[0] for param in CASES) for level in _levels(case)}
    assert told >= set(LEVELS)


def _levels(case: Any) -> list[Any]:
    level = case.get("level")
    return [] if level is None else level if isinstance(level, list) else [level]
