from uuid import uuid4

import pytest

from connections.registry import Registry
from connections.settings import Kafka
from connections.settings import Registry as RegistrySettings
from local_stack.stack import Stack
from registry_sync.broker import KafkaBroker
from tests.unit.registry_sync.sync_suite import SyncSuite

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


class TestRealPlatform(SyncSuite):
    pass
