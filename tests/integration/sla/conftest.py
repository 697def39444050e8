"""Stories that a fake and a real platform share tell as well what differed as tests do."""

import pytest

pytest.register_assert_rewrite("tests.unit.sla.ledger_cases", "tests.unit.sla.works")
