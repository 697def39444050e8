"""The suite that two databases share tells as well what differed as tests do."""

import pytest

pytest.register_assert_rewrite("tests.unit.alerting.store_suite")
