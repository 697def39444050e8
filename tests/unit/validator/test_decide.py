"""The safe way to start, as a table."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.terminal import Fault
from validator.decide import Asked, Decision, Found, decide

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("decisions.yaml").read_text())
DEFAULT = {
    "sluice.group": "sluice.a",
    "sluice.raw": "a.raw",
    "sluice.contracts": "a/1.0.0",
    "sluice.topology": "Sink Calc PythonCalc TableSourceScan",
    "sluice.filling": "false",
}


def decided(case: dict[str, Any]) -> Decision:
    running = case.get("running", {})
    parameters = None if running is None else {k: v for k, v in (DEFAULT | running).items() if v is not None}
    found = Found(
        running=parameters,
        healthy=case.get("healthy", True),
        used=case.get("used", True),
        filled=frozenset(case.get("filled", ())),
    )
    asked = Asked(
        parameters=DEFAULT | case.get("asked", {}),
        upgrade=case.get("upgrade", False),
        from_outputs=case.get("from_outputs", False),
    )
    return decide(found, asked)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "way" in case])
def test_the_way_is_the_safe_one_and_says_why(name: str) -> None:
    case = CASES[name]
    decision = decided(case)
    assert decision.way.value == case["way"]
    assert decision.why == case.get("why", decision.why)
    assert decision.why


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "refused" in case])
def test_a_second_job_of_the_name_is_refused(name: str) -> None:
    with pytest.raises(Fault) as refused:
        decided(CASES[name])
    assert str(refused.value) == CASES[name]["refused"]
