"""Random typed rules on random records: the compiled forms and the reference interpreter agree on every outcome."""

import os
from typing import Any

import pytest
from cel_engines import row_outcome, struct_outcome
from cel_expressions import RECORDS, SCHEMA, expressions
from cel_oracle import Oracle
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from sluice.cel.check import CheckedRule, check

pytestmark = pytest.mark.thorough

ORACLE = Oracle(SCHEMA)
EXAMPLES = int(os.environ.get("SLUICE_CEL_EXAMPLES", "150"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=expressions(), records=st.lists(RECORDS, min_size=3, max_size=6))
def test_a_compiled_rule_has_the_outcome_of_the_reference_interpreter(source: str, records: list[Any]) -> None:
    rule = check(source, SCHEMA)
    if not isinstance(rule, CheckedRule):
        event("refused when checked")
        return
    for record in records:
        reference = ORACLE.outcome(source, record)
        event(reference)
        assert row_outcome(rule, SCHEMA, record) == reference, (source, record)
        assert struct_outcome(rule, SCHEMA, record) == reference, (source, record)
