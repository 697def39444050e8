"""Which transactional ids are a job's own."""

import pytest

from validator.fence import is_of


@pytest.mark.parametrize(
    ("transactional_id", "ours"),
    [
        ("sluice.validate-0-0", True),
        ("sluice.validate-12-345", True),
        ("sluice.validate-eu-0-7", False),
        ("sluice.validate-2-0-7", False),
        ("sluice.validate", False),
        ("sluice.validate-0", False),
        ("sluiceXvalidate-0-0", False),
    ],
)
def test_only_ids_that_the_connector_made_for_the_prefix_are_fenced(transactional_id: str, ours: bool) -> None:
    assert is_of(transactional_id, "sluice.validate") is ours
