"""No rule can stall a stream: text, nesting, loops and what they build have bounds, and a record past them is told."""

import time
from typing import Any

import pytest

from sluice.cel.check import CheckedRule, check
from sluice.cel.problem import CelProblem
from sluice.cel.runtime.errors import CelEvaluationError
from sluice.cel.source import LENGTH_MAX

pytestmark = pytest.mark.thorough

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "numbers": {"type": "array", "items": {"type": "integer"}},
        "others": {"type": "array", "items": {"type": "integer"}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
LONG = {
    "text": "x" * 500_000,
    "numbers": list(range(20_000)),
    "others": list(range(20_000, 40_000)),
    "tags": [f"t{number}" for number in range(20_000)],
}


def test_a_rule_longer_than_the_limit_is_refused() -> None:
    source = "true || " * (LENGTH_MAX // 8) + "true"
    assert check(source, SCHEMA) == CelProblem(
        message=f"the rule has {len(source)} characters; at most {LENGTH_MAX} are allowed"
    )


@pytest.mark.parametrize(
    "source",
    ["(" * 60 + "true" + ")" * 60, "1" + "+1" * 60 + " == 61", "[" * 60 + "]" * 60 + " == []"],
    ids=["parentheses", "sum", "lists"],
)
def test_a_rule_nested_deeper_than_the_parser_goes_is_refused(source: str) -> None:
    assert check(source, SCHEMA) == CelProblem(message="the rule is nested more than 32 levels deep")


def test_a_long_chain_of_conditions_is_no_nesting() -> None:
    rule = _compiled(" && ".join(f"size(this.text) != {number}" for number in range(200)))
    assert rule({"text": "x" * 300}) is True
    assert rule({"text": "x" * 150}) is False


def test_a_chain_of_macros_compiles_or_is_refused_but_never_fails() -> None:
    for length in range(1, 200, 20):
        checked = check("this.numbers" + ".map(x, x)" * length + " == [1]", SCHEMA)
        assert isinstance(checked, CelProblem) or checked.compile()({"numbers": [1]}) is True


@pytest.mark.parametrize(
    "source",
    [
        "this.numbers.all(x, this.others.all(y, x < y))",
        "this.numbers.all(x, !(x in this.others))",
        "this.numbers.all(x, this.others != [x])",
        "this.tags.all(t, !this.text.contains(t + 'xy'))",
        "this.tags.all(t, !this.text.matches('y+z'))",
        "size(this.tags.map(t, this.text + t)) > 0",
        "size(this.tags.map(t, bytes(this.text))) > 0",
        "size(this.numbers.map(x, this.others + [x])) > 0",
        "size([this.text]" + ".map(t, t + t)" * 14 + ") > 0",
        "size(this.tags" + ".map(t, t + t + t + t)" * 14 + ") > 0",
        "[[1]]" + ".map(x, [x, x])" * 6 + " != [] && " + "dyn([[1, 2, 3, 4]]" + ".map(x, [x, x, x, x])" * 11 + ") == "
        "dyn([[1, 2, 3, 4]]" + ".map(x, [x, x, x, x])" * 11 + ")",
    ],
    ids=lambda source: source[:60],
)
def test_work_that_grows_faster_than_the_record_ends_in_an_error_soon(source: str) -> None:
    rule = _compiled(source)
    start = time.process_time()
    with pytest.raises(CelEvaluationError, match=r"too many steps|a text or list of more than"):
        rule(LONG)
    assert time.process_time() - start < 5


def test_loops_that_are_linear_in_the_record_have_no_bound_but_the_record() -> None:
    record = {"numbers": list(range(1_500_000)), "tags": ["ab"] * 1_500_000}
    assert _compiled("this.numbers.all(x, x >= 0)")(record) is True
    assert _compiled("this.tags.all(t, t.matches('^a') && t.contains('b'))")({"tags": record["tags"][:200_000]}) is True


def test_a_pattern_that_would_stall_a_backtracking_engine_takes_linear_time() -> None:
    rule = _compiled("this.text.matches('^(a|a)*(a+)+b$')")
    start = time.process_time()
    assert rule({"text": "a" * 100_000}) is False
    assert time.process_time() - start < 5


def test_an_error_holds_no_value_of_the_record() -> None:
    schema = {
        "type": "object",
        "properties": {
            "s": {"type": "string"},
            "m": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    }
    secret = "4111-1111"  # noqa: S105 - what must not be shown, no password of anything
    for source in ("int(this.s) > 1", "this.m[this.s] > 1", "timestamp(this.s) > timestamp(0)", "bool(this.s)"):
        checked = check(source, schema)
        assert isinstance(checked, CheckedRule)
        with pytest.raises(CelEvaluationError) as error:
            checked.compile()({"s": secret, "m": {}})
        assert secret not in repr(error.value)
        assert error.value.__cause__ is None
        assert error.value.__suppress_context__


def _compiled(source: str) -> Any:
    rule = check(source, SCHEMA)
    assert isinstance(rule, CheckedRule), rule
    return rule.compile()
