"""Patterns that Python may run accept nothing that the linear engine rejects, and cannot stall."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.verdict.engine import engine_for
from sluice.verdict.patterns import bounded_pattern

TAKEN = [
    "^[0-9A-Z]{2}$",
    "^N[0-9A-Z]{1,5}$",
    "^[A-Z]{3}$",
    r"^\d{4}-\d{2}$",
    r"^\w{1,8}$",
    "abc",
    "^(eur|usd)$",
    "^[a-z]+$",
    "^[^,]{0,3}$",
    r"\.csv$",
    "^a?b$",
]
LEFT_TO_THE_LINEAR_ENGINE = [
    "^(a+)+$",
    "(a|a)*b",
    "a*b*c*",
    "a+",
    ".*",
    r"^\s+$",
    r"\bword\b",
    "^(?i)x$",
    "(?=x)",
    r"^(a)\1$",
    "^[a-z&&[aeiou]]$",
    "^é$",
    "^[]a]$",
    "a{,3}",
    "^(ab?){1,40}$",
    "[",
    "^a{ 2}$",
    "^a{2 }$",
    "^[a[:digit:]]$",
    r"^\<a$",
    r"^a\>$",
]


@pytest.mark.parametrize("pattern", TAKEN)
def test_a_bounded_pattern_is_taken(pattern: str) -> None:
    assert bounded_pattern(pattern) is not None


@pytest.mark.parametrize("pattern", LEFT_TO_THE_LINEAR_ENGINE)
def test_any_other_pattern_is_left_to_the_linear_engine(pattern: str) -> None:
    assert bounded_pattern(pattern) is None


@settings(max_examples=600, deadline=None)
@given(
    pattern=st.sampled_from(TAKEN),
    text=st.one_of(st.text(max_size=8), st.text("aAbBNZ019-_,.\n\r é٣", max_size=8), st.from_regex("[A-Z0-9]{2,6}")),
)
def test_what_python_accepts_the_reference_accepts(pattern: str, text: str) -> None:
    bounded = bounded_pattern(pattern)
    assert bounded is not None
    if re.search(bounded, text):
        assert engine_for({"$schema": "http://json-schema.org/draft-07/schema#", "pattern": pattern}).is_valid(text)
