"""Every case of the tables, judged by the gate."""

import pytest

from sluice.verdict.codes import STAGES
from sluice.verdict.load import load_gate
from sluice.verdict.model import Control, Invalid, Record, Valid, Violation
from tests.conformance.verdict.suites import Case, Suite, load_suites

SUITES = load_suites()
CASES = [(suite, case) for suite in SUITES for case in suite.cases]


def places(violations: tuple[Violation, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((violation.rule, violation.pointer) for violation in violations)


@pytest.mark.parametrize(("suite", "case"), CASES, ids=[f"{suite.name}/{case.name}" for suite, case in CASES])
def test_the_gate_gives_the_verdict(suite: Suite, case: Case) -> None:
    gate = load_gate(suite.schema_text, f"{suite.name}.raw-contract")
    record = Record(topic=gate.topics.raw, value=case.value, key=case.key, headers=case.headers)
    verdict = gate.judge(record)
    match verdict:
        case Invalid():
            assert (case.verdict, case.code) == ("invalid", verdict.code), verdict
            assert sorted(case.violations) == sorted(places(verdict.violations))
            assert STAGES[verdict.code] == verdict.stage
            assert verdict.total == len(verdict.violations)
        case Valid():
            assert case.verdict == "valid", verdict
        case Control():
            assert case.verdict == "control", verdict
    if not isinstance(verdict, Control):
        assert sorted(case.observed) == sorted(places(verdict.observed))
    if gate.accepts(case.value, case.headers.get("__value_schema_id")):
        assert verdict == Valid(contract=gate.contract)


def test_names_of_cases_are_unique() -> None:
    for suite in SUITES:
        names = [case.name for case in suite.cases]
        assert len(names) == len(set(names)), suite.name


FAST = [suite for suite in SUITES if suite.name in ("flights", "json", "presence", "rules", "framed", "plain")]


@pytest.mark.parametrize("suite", FAST, ids=[suite.name for suite in FAST])
def test_valid_records_of_a_closed_contract_take_the_fast_path(suite: Suite) -> None:
    gate = load_gate(suite.schema_text, f"{suite.name}.raw-contract")
    slow = {
        "an integer written with a fraction of zero",
        "a GUID before the payload",
        "the last of duplicate keys wins and is valid",
    }
    for case in suite.cases:
        if case.verdict == "valid" and not case.observed and case.name not in slow and case.value is not None:
            assert gate.accepts(case.value, case.headers.get("__value_schema_id")), case.name
