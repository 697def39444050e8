"""The generated rules in the hands of Prometheus: promtool takes them, and fires and rests as the cases say."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sluice.checks.prometheus import rules_text
from sluice.contract.model import Contract
from sluice.contract.read import parse

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
LEVELS = b"slaProperties:\n  - {property: availability, value: 99.9, unit: percent, element: flight}\n"


@pytest.fixture(scope="module")
def promtool() -> str:
    found = shutil.which("promtool")
    assert found, "promtool is missing: apt-get install prometheus"
    return found


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    text = (ROOT / "contracts" / "travel" / "flights.odcs.yaml").read_bytes()
    contract = parse(text.replace(b"slaProperties:\n", LEVELS), "flights.odcs.yaml")
    assert isinstance(contract, Contract)
    file = tmp_path / "rules.yml"
    file.write_text(rules_text([contract]), encoding="utf-8")
    return file


def test_prometheus_takes_the_rules(promtool: str, rules: Path) -> None:
    told = subprocess.run(
        [promtool, "check", "rules", str(rules)], capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "15 rules found" in told.stdout


def test_the_rules_fire_and_rest_as_the_cases_say(promtool: str, rules: Path) -> None:
    cases = rules.parent / "budgets.test.yml"
    shutil.copy(Path(__file__).parent / cases.name, cases)
    told = subprocess.run(
        [promtool, "test", "rules", str(cases)], capture_output=True, text=True, timeout=300, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
