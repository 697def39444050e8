"""Which transactional ids are a job's own, and what is said of a transaction that stays open."""

import pytest

from validator.fence import is_of, still_open


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


def test_an_open_transaction_is_called_anothers_only_where_ours_were_ended() -> None:
    assert "that is not ours is open on a.validated[0]; find its producer" in still_open(
        ["a.validated[0]"], fenced=True
    )
    ours = still_open(["a.validated[0]"], fenced=False)
    assert "not ours" not in ours
    assert "Run the same command again: it starts from the outputs" in ours
