"""Each case of the tables: the problem that is told, and its line and column."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.contract.read import lint

HERE = Path(__file__).parent
BASE = (HERE / "base.odcs.yaml").read_text()
MARK = "‸"


def cases() -> list[Any]:
    tables = {
        path.stem: yaml.safe_load(path.read_text()) for path in sorted(HERE.glob("*.yaml")) if "odcs" not in path.name
    }
    return [pytest.param(case, id=f"{table}/{case['name']}") for table, rows in tables.items() for case in rows]


def text_of(case: dict[str, Any]) -> str:
    text = str(case.get("file", BASE))
    for old, new in case.get("swap", {}).items():
        assert text.count(old) == 1, f"'{old}' must stand in the base once"
        text = text.replace(old, new)
    return text + str(case.get("add", ""))


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and their lines and columns."""
    places = []
    while MARK in text:
        before, _, after = text.partition(MARK)
        places.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
        text = before + after
    return text, places


@pytest.mark.parametrize("case", cases())
def test_a_mistake_is_told_once_where_it_stands(case: dict[str, Any]) -> None:
    text, places = marked(text_of(case))

    problems = lint(text.encode(), "case.odcs.yaml").problems

    told = [(problem.place.line, problem.place.column, problem.code) for problem in problems]
    wanted = [(line, column, code) for (line, column), code in zip(places, case["codes"], strict=True)]
    assert told == wanted, "\n".join(map(str, problems))
    assert not case.get("way") or case["way"] in problems[0].way_out


def test_the_base_is_clean() -> None:
    assert lint(BASE.encode(), "base.odcs.yaml").problems == ()
