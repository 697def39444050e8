"""Golden records: what the file may say, what a record becomes, and how a verdict is compared."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.golden.example import Example, Expected
from sluice.golden.judge import Mismatch, mismatches
from sluice.golden.read import read_examples
from sluice.problem import Place
from sluice.verdict.load import load_gate

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("examples_problems.yaml").read_text())
GATE = load_gate(
    """{"$schema": "http://json-schema.org/draft-07/schema#", "x-sluice": {"format": 1, "contract": "t",
    "version": "1.0.0", "object": "row", "encoding": "plain", "source": "direct", "replicaIdentityFull": false,
    "raw": "t.raw", "validated": "t.validated", "deadLetter": "t.dead-letter", "eventTime": null,
    "tombstones": "reject", "unknownFields": "reject", "producerHeader": "producer", "primaryKey": [],
    "classified": [], "enforce": {"default": "on", "producers": {"apprentice": "observe"}},
    "observed": ["/properties/note"], "rules": []}, "type": "object", "properties": {
    "id": {"type": "integer", "minimum": 1, "maximum": 9}, "note": {"type": "string", "maxLength": 3}},
    "required": ["id"], "additionalProperties": false}""",
    "t",
)
PLACE = Place(file="t.examples.yaml")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_file_of_examples_has_these_problems(case: dict[str, Any]) -> None:
    examples, problems = read_examples(case["text"].encode(), "t.examples.yaml")
    assert [problem.code for problem in problems] == case["codes"]
    assert bool(examples) == (not case["codes"])


def test_a_record_is_sent_as_json_and_a_value_as_it_is_written() -> None:
    text = b"""examples:
  - {name: a, record: {x: 1.5, y: "\xc3\xa4"}, key: {id: 7}, headers: {producer: p/1}, verdict: valid}
  - {name: b, value: '{"x":1,"x":2}', key: k, verdict: control, object: row}
  - {name: c, value: null, verdict: valid}
  - {name: d, record: null, verdict: valid}
"""
    examples, problems = read_examples(text, "t.examples.yaml")
    assert problems == ()
    assert [(each.value, each.key, dict(each.headers), each.object) for each in examples] == [
        ('{"x": 1.5, "y": "ä"}'.encode(), b'{"id": 7}', {"producer": b"p/1"}, None),
        (b'{"x":1,"x":2}', b"k", {}, "row"),
        (None, None, {}, None),
        (b"null", None, {}, None),
    ]


def example(**given: Any) -> Example:
    return Example(**({"name": "a", "place": PLACE, "value": b'{"id":0}', "verdict": "invalid"} | given))


MINIMUM = Expected(rule="id.minimum", pointer="/id")


@pytest.mark.parametrize(
    "agreeing",
    [
        example(),
        example(code="SCHEMA_VIOLATION", violations=(MINIMUM,)),
        example(value=b'{"id":1}', verdict="valid", observed=()),
        example(verdict="valid", headers={"producer": b"apprentice/1"}, observed=(MINIMUM,)),
        example(
            value=b'{"id":1,"note":"long"}',
            verdict="valid",
            observed=(Expected(rule="note.maxLength", pointer="/note"),),
        ),
        example(
            value=b'{"x":1}',
            violations=(Expected(rule="record.unknown", pointer="/x"), Expected(rule="id.required")),
        ),
    ],
)
def test_a_verdict_as_expected_has_no_mismatch(agreeing: Example) -> None:
    assert mismatches(agreeing, GATE) == ()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            example(verdict="valid"),
            [
                ("verdict", "valid", "invalid, SCHEMA_VIOLATION"),
                ("violation", None, "id.minimum at /id (at least 1)"),
            ],
        ),
        (example(value=b'{"id":1}'), [("verdict", "invalid", "valid")]),
        (example(value=b"{", code="EMPTY_VALUE"), [("code", "EMPTY_VALUE", "MALFORMED_JSON")]),
        (example(violations=()), [("violation", None, "id.minimum at /id (at least 1)")]),
        (
            example(violations=(MINIMUM, Expected(rule="id.maximum", pointer="/id"))),
            [("violation", "id.maximum at /id", None)],
        ),
        (
            example(violations=(MINIMUM, MINIMUM)),
            [("violation", "id.minimum at /id", None)],
        ),
        (
            example(value=b'{"id":1}', verdict="valid", observed=(Expected(rule="note.maxLength", pointer="/note"),)),
            [("observed violation", "note.maxLength at /note", None)],
        ),
    ],
)
def test_what_differs_is_told(wrong: Example, told: list[tuple[str, str | None, str | None]]) -> None:
    assert mismatches(wrong, GATE) == tuple(
        Mismatch(what=what, expected=expected, actual=actual) for what, expected, actual in told
    )
