import pytest

from connections.registry import Registry
from tests.unit.connections.fake_registry import FakeRegistry
from tests.unit.registry_sync.at_once_suite import AtOnceSuite
from tests.unit.registry_sync.fake_broker import FakeBroker
from tests.unit.registry_sync.ownership_suite import OwnershipSuite
from tests.unit.registry_sync.sync_suite import SyncSuite
from tests.unit.registry_sync.topics_suite import TopicsSuite


class FakeWorld:
    name = "orders"

    def __init__(self, registry: FakeRegistry | None = None, broker: FakeBroker | None = None) -> None:
        self.fake = registry or FakeRegistry()
        self.broker = broker or FakeBroker()

    def registry(self) -> Registry:
        return self.fake.client()


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


class TestFakes(SyncSuite, TopicsSuite, OwnershipSuite, AtOnceSuite):
    pass
