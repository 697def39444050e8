"""Rule ids, as a table of schema paths."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.compile.ruleid import owner_pointer, rule_id

CASES = yaml.safe_load(Path(__file__).with_name("rule_ids.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_schema_path_has_one_stable_id(case: dict[str, Any]) -> None:
    assert rule_id(case["path"], case.get("missing")) == case["id"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_violation_belongs_to_one_field(case: dict[str, Any]) -> None:
    assert owner_pointer(case["path"], case.get("missing")) == case["owner"]
