"""From where on the outputs can answer, as a table."""

import pytest

from validator.horizon import Kept, Span, horizon

VALID, DEAD = "a.validated", "a.dead-letter"


def span(least: int, greatest: int) -> Span:
    return Span(least=least, greatest=greatest)


@pytest.mark.parametrize(
    ("valid", "dead", "spans", "asked_from"),
    [
        (Kept.WHOLE, Kept.WHOLE, {VALID: span(10, 90), DEAD: span(20, 95)}, 5),
        (Kept.WHOLE, Kept.WHOLE, {}, 5),
        (Kept.EXPIRED, Kept.WHOLE, {VALID: span(40, 90), DEAD: span(7, 95)}, 40),
        (Kept.WHOLE, Kept.EXPIRED, {VALID: span(5, 90), DEAD: span(60, 80)}, 60),
        (Kept.EXPIRED, Kept.EXPIRED, {VALID: span(3, 90), DEAD: span(4, 80)}, 5),
        (Kept.EXPIRED, Kept.WHOLE, {DEAD: span(7, 95)}, 95),
        (Kept.COMPACTED, Kept.WHOLE, {VALID: span(10, 90), DEAD: span(7, 85)}, 90),
        (Kept.COMPACTED, Kept.WHOLE, {VALID: span(10, 80), DEAD: span(7, 85)}, 85),
        (Kept.COMPACTED, Kept.WHOLE, {}, 5),
    ],
)
def test_what_is_gone_from_an_output_is_not_missing(
    valid: Kept, dead: Kept, spans: dict[str, Span], asked_from: int
) -> None:
    assert horizon(5, (VALID, DEAD), {VALID: valid, DEAD: dead}, spans) == asked_from


def test_a_span_grows_both_ways() -> None:
    assert span(5, 5).with_offset(3).with_offset(9) == span(3, 9)
