from uuid import uuid4

import pytest

from connections.registry import Registry
from connections.settings import Kafka
from connections.settings import Registry as RegistrySettings
from local_stack.stack import Stack
from registry_sync.broker import KafkaBroker
from tests.unit.registry_sync.at_once_suite import AtOnceSuite
from tests.unit.registry_sync.ownership_suite import OwnershipSuite
from tests.unit.registry_sync.sync_suite import SyncSuite
from tests.unit.registry_sync.topics_suite import TopicsSuite

pytestmark = pytest.mark.integration


class RealWorld:
    def __init__(self, stack: Stack) -> None:
        self.name = f"orders-{uuid4().hex[:8]}"
        self.broker = KafkaBroker(Kafka(bootstrap=stack.bootstrap))
        self._url = stack.registry_url

    def registry(self) -> Registry:
        return Registry(RegistrySettings(url=self._url))


@pytest.fixture
def world(stack: Stack) -> RealWorld:
    return RealWorld(stack)


class TestRealPlatform(SyncSuite, TopicsSuite, OwnershipSuite, AtOnceSuite):
    pass
