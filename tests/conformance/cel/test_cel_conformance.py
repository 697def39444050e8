"""Every case of the tables, by both compiled forms and by the reference interpreter."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cel_engines import checked, row_outcome, struct_outcome
from cel_oracle import Oracle

TABLES = sorted(Path(__file__).parent.glob("*.yaml"))


def cases() -> Iterator[Any]:
    for table in TABLES:
        document = yaml.safe_load(table.read_text())
        for case in document["cases"]:
            for number, outcome in enumerate(case["outcomes"]):
                record, expected = outcome
                yield pytest.param(
                    document["schema"], case["cel"], record, expected, id=f"{table.stem}/{case['cel']}/{number}"
                )


@pytest.mark.parametrize(("schema", "cel", "record", "expected"), list(cases()))
def test_a_rule_has_one_outcome_whoever_evaluates_it(
    schema: Mapping[str, Any], cel: str, record: Mapping[str, Any], expected: str
) -> None:
    rule = checked(cel, schema)
    outcomes = {
        "reference": Oracle(schema).outcome(cel, record),
        "row": row_outcome(rule, schema, record),
        "struct": struct_outcome(rule, schema, record),
    }
    assert outcomes == dict.fromkeys(outcomes, str(expected).lower())
