"""The ledger finds every planted fault, names it by coordinates, and finds nothing where nothing is wrong."""

from pathlib import Path

import pytest

from connections.settings import Lake
from connections.storage import storage_of
from tests.unit.sla.clusters import FakeCluster
from tests.unit.sla.ledger_cases import CASES
from tests.unit.sla.works import Works


@pytest.fixture
def works(tmp_path: Path) -> Works:
    return Works(cluster=FakeCluster(), storage=storage_of(Lake(root=f"file://{tmp_path}")))


@pytest.mark.parametrize("case", CASES)
def test_on_a_fake_kafka(case: str, works: Works) -> None:
    CASES[case](works)
