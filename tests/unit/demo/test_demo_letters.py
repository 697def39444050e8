"""Dead letters as the demo shows them: by reason, and without what is classified."""

import orjson
import pytest

from demo.letters import Reason, by_reason, shown_value
from demo.outputs import Letter
from demo.produce import portions


def letter(offset: int, code: str, *violations: tuple[str, str]) -> Letter:
    return Letter(
        partition=0,
        offset=offset,
        timestamp_ms=0,
        key=b"key",
        value=b"{}",
        headers={
            "__contract.stage": "schema",
            "__contract.code": code,
            "__contract.violations": orjson.dumps(
                [{"rule": rule, "expected": expected} for rule, expected in violations]
            ).decode()
            if violations
            else "",
        },
    )


def test_letters_of_one_reason_stand_together_the_largest_group_first() -> None:
    letters = [
        letter(1, "schema-violated", ("dep_time.maximum", "2359")),
        letter(2, "not-json"),
        letter(3, "schema-violated", ("dep_time.maximum", "2359")),
    ]
    groups = by_reason(letters)
    assert [[each.offset for each in group] for group in groups.values()] == [[1, 3], [2]]
    assert next(iter(groups)) == Reason(stage="schema", code="schema-violated", broken=(("dep_time.maximum", "2359"),))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b'{"tailnum":"N1","origin":"JFK"}', '{"tailnum":"(classified, not shown)","origin":"JFK"}'),
        (b'{"tailnum":null}', '{"tailnum":null}'),
        (b'{"crew":[{"name":"Ada","rank":1}]}', '{"crew":[{"name":"(classified, not shown)","rank":1}]}'),
        (b'{"crew":"Ada"}', '{"crew":"(classified, not shown)"}'),
        (b'["N1"]', '["(classified, not shown)"]'),
        (b"N1", "(2 bytes that are no JSON, not shown)"),
    ],
)
def test_classified_values_are_hidden_wherever_they_stand(value: bytes, shown: str) -> None:
    assert shown_value(value, ("/tailnum", "/crew/*/name")) == shown


def test_portions_hold_everything_once_in_order() -> None:
    parts = list(portions(range(10), 4))
    assert [list(part) for part in parts] == [[0, 1], [2, 3, 4], [5, 6], [7, 8, 9]]
    assert [len(part) for part in portions((), 3)] == [0, 0, 0]
