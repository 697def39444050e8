"""JDK formats: a table of what each takes, and the calendar against Python's."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sluice.compile.types.jdk import UnsupportedFormat, calendar, layout

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("jdk_formats.yaml").read_text())
READ = [case for case in CASES if "why" not in case]
REFUSED = [case for case in CASES if "why" in case]


@pytest.mark.parametrize("case", READ, ids=[case["format"] for case in READ])
def test_a_format_takes_and_refuses_texts(case: dict[str, Any]) -> None:
    pattern = re.compile(layout(case["format"]).pattern)
    assert [text for text in case["takes"] if not pattern.search(text)] == []
    assert [text for text in case["refuses"] if pattern.search(text)] == []


@pytest.mark.parametrize("case", READ, ids=[case["format"] for case in READ])
def test_a_format_is_known_for_what_it_is(case: dict[str, Any]) -> None:
    found = layout(case["format"])
    assert (found.is_rfc_3339, found.zoned, found.sorts) == (case["rfc3339"], case["zoned"], case["sorts"])


@pytest.mark.parametrize("case", REFUSED, ids=[case["format"] for case in REFUSED])
def test_a_format_that_no_schema_can_judge_is_refused_with_its_reason(case: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormat, match=re.escape(case["why"])):
        layout(case["format"])


@given(year=st.integers(1, 9999), month=st.integers(0, 13), day=st.integers(0, 32))
def test_the_pattern_of_a_date_knows_the_calendar(year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
        exists = True
    except ValueError:
        exists = False
    matched = re.fullmatch(calendar(), f"{year:04}-{month:02}-{day:02}") is not None
    assert matched == exists
