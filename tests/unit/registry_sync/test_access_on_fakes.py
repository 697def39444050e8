import pytest

from tests.unit.registry_sync.access_suite import AccessSuite
from tests.unit.registry_sync.test_sync_on_fakes import FakeWorld


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


class TestFakeBroker(AccessSuite):
    pass
