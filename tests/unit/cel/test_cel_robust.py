"""Whatever an author writes is answered with a rule or with a problem, never with an exception."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.cel.check import CheckedRule, check
from sluice.cel.problem import CelProblem
from sluice.cel.runtime.errors import CelEvaluationError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "a": {"type": ["integer", "null"]},
        "s": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "xs": {"type": "array", "items": {"type": ["integer", "null"]}},
        "m": {"type": "object", "additionalProperties": {"type": "integer"}},
        "o": {"type": "object", "properties": {"b-c": {"type": "number"}}},
    },
}
PIECES = (
    *(
        "this",
        ".",
        "a",
        "s",
        "at",
        "xs",
        "m",
        "o",
        "`b-c`",
        "`",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        "?",
        " ",
        "\n",
    ),
    *("==", "!=", "<", "&&", "||", "!", "+", "-", "*", "/", "%", "in", "has", "size", "map", "filter", "all", "exists"),
    *(
        "1",
        "0",
        "-1",
        "1u",
        "2.5",
        "1e400",
        "9223372036854775808",
        "'x'",
        '"',
        "'",
        "b'y'",
        "r'\\'",
        "null",
        "true",
        "x",
    ),
    *(
        "timestamp",
        "duration",
        "int",
        "string",
        "dyn",
        "type",
        "matches",
        "getHours",
        "@result",
        "//",
        "'''",
        "\\",
        "é",
    ),
)
sources = st.one_of(
    st.text(),
    st.text(st.characters(categories=["Cs", "Ll", "Cc"])),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(sources)
def test_any_text_is_a_rule_or_a_problem(source: str) -> None:
    checked = check(source, SCHEMA)
    if isinstance(checked, CelProblem):
        assert checked.message
        assert (checked.line is None) == (checked.column is None)
        return
    assert isinstance(checked, CheckedRule)
    with suppress(CelEvaluationError):
        assert checked.compile()({"s": "x"}) in {True, False}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "k", "b-c"]), inner, max_size=3),
    max_leaves=6,
)
RULES = [
    check(source, SCHEMA)
    for source in (
        "this.a + 1 > 2 || this.s.startsWith('x')",
        "this.at.getHours() > 2 && this.at - timestamp(0) > duration('1h')",
        "this.xs.exists(x, x / 2 == 1) && this.m.all(k, this.m[k] > 0)",
        "this.o.`b-c` * 2.0 < 1.0 && this.m.k == 1 && this.s.matches('x')",
    )
]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "s", "at", "xs", "m", "o"]), json_values))
def test_a_record_that_broke_its_schema_raises_nothing_but_an_evaluation_error(record: dict[str, Any]) -> None:
    for rule in RULES:
        assert isinstance(rule, CheckedRule)
        with suppress(CelEvaluationError):
            rule.compile()(record)
