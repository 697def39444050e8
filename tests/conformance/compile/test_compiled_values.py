"""Every logical type and option: what the gate says of values, judged by the compiled text."""

from typing import Any

from compile_cases import COMPILED, compiled, named, record

from sluice.compile.text import canonical
from sluice.verdict.load import load_gate
from sluice.verdict.model import Invalid, Valid


@named([case for case in COMPILED if "valid" in case])
def test_the_gate_takes_what_the_property_allows(case: dict[str, Any]) -> None:
    gate = load_gate(canonical(compiled(case)), "t.raw-contract")
    for value in case["valid"]:
        verdict = gate.judge(record(case, value))
        assert isinstance(verdict, Valid), (value, verdict)


@named([case for case in COMPILED if "invalid" in case])
def test_the_gate_refuses_what_the_property_forbids(case: dict[str, Any]) -> None:
    gate = load_gate(canonical(compiled(case)), "t.raw-contract")
    for entry in case["invalid"]:
        verdict = gate.judge(record(case, entry.get("value", {"absent": True})))
        assert isinstance(verdict, Invalid), entry
        assert entry["rule"] in [violation.rule for violation in verdict.violations], (entry, verdict)
