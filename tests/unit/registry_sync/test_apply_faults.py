import json

import httpx
import pytest

from connections.registry_faults import RegistryFault, RegistryReadOnly
from registry_sync.apply import Apply
from registry_sync.state import Access, Config
from sluice.contract.stream import Compatibility
from sluice.terminal import Fault
from tests.unit.connections.fake_registry import FakeRegistry, Ill
from tests.unit.registry_sync.access_suite import sharing
from tests.unit.registry_sync.by_hand import Orders, applied, kinds, planned
from tests.unit.registry_sync.fake_broker import FakeBroker
from tests.unit.registry_sync.test_sync_on_fakes import FakeWorld

ORDERS = Orders(name="orders")


class DeafBroker(FakeBroker):
    """Accepts everything and does nothing: as one whose controller never gets to it."""

    def create(self, name: str, partitions: int, replication: int, config: Config) -> None:
        del config
        super().create(name, partitions, replication, ())

    def grant(self, access: Access) -> None:
        del access


class WhoeverElse(FakeRegistry):
    """Somebody registers another schema at the very moment in which we register ours."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        answered = super().answer(request)
        if request.method == "POST" and request.url.path.endswith("/versions"):
            body = json.loads(request.content)
            text = '{"$schema":"http://json-schema.org/draft-07/schema#","title":"theirs"}'
            self._register(request.url.path.split("/")[-2], {**body, "schema": text})
        return answered


def test_a_registry_that_drops_annotations_is_found_out_on_the_first_write_of_rules() -> None:
    world = FakeWorld(FakeRegistry(ill=Ill.DROPS_ANNOTATIONS))
    with pytest.raises(
        Fault, match=r"keeps something else for orders.raw-contract than was sent: /x-sluice is dropped"
    ):
        applied(world, planned(world, ORDERS))


def test_a_registry_that_drops_levels_is_found_out_before_anything_is_registered() -> None:
    world = FakeWorld(FakeRegistry(ill=Ill.DROPS_LEVELS))
    with pytest.raises(Fault, match=r"was told that the level of orders.raw-value is BACKWARD, accepted it, and says"):
        applied(world, planned(world, ORDERS))
    assert world.fake.subjects == {}


def test_a_level_that_is_accepted_and_not_kept_is_told() -> None:
    world = FakeWorld()
    applied(world, planned(world, ORDERS))
    world.fake.ill = Ill.DROPS_LEVELS
    with pytest.raises(Fault, match=r"the level of orders.raw-value is FULL, accepted it, and says BACKWARD"):
        applied(world, planned(world, Orders(name="orders", level=Compatibility.FULL)))


def test_somebody_else_writing_at_the_same_time_is_noticed() -> None:
    world = FakeWorld(WhoeverElse())
    with pytest.raises(Fault, match="somebody else writes there; plan again"):
        applied(world, planned(world, Orders(name="orders", level=Compatibility.NONE)))


def test_a_topic_that_does_not_read_back_is_told_after_a_bounded_wait() -> None:
    pauses: list[float] = []
    world = FakeWorld(broker=DeafBroker())
    made = planned(world, ORDERS)
    with world.registry() as registry, pytest.raises(Fault, match=r"orders.raw does not read back .* after 10 s"):
        list(Apply(registry, world.broker, sleep=pauses.append).run(made))
    assert sum(pauses) == 10


def test_an_access_rule_that_does_not_read_back_is_told() -> None:
    world = FakeWorld()
    applied(world, planned(world, sharing("orders")))
    world.broker = DeafBroker(states=world.broker.states)
    made = planned(world, sharing("orders"), acls=True)
    with world.registry() as registry, pytest.raises(Fault, match="was granted and does not read back so"):
        list(Apply(registry, world.broker, sleep=lambda _: None).run(made))


@pytest.mark.parametrize("write", range(1, 7))
def test_a_failure_half_way_leaves_the_rest_for_the_next_plan(write: int) -> None:
    world = FakeWorld(FakeRegistry(fails_at=write))
    made = planned(world, ORDERS)
    with pytest.raises(RegistryFault, match="500 Error in the backend data store"):
        applied(world, made)
    world.fake.fails_at = None
    rest = planned(world, ORDERS)
    assert kinds(rest) == kinds(made)[len(made.changes) - len(rest.changes) :]
    assert 0 < len(rest.changes) < len(made.changes)
    applied(world, rest)
    assert planned(world, ORDERS).changes == ()


def test_a_read_only_registry_is_told_before_any_topic_is_made() -> None:
    world = FakeWorld(FakeRegistry(ill=Ill.READ_ONLY))
    made = planned(world, ORDERS)
    assert [note.sentence for note in made.notes] == ["the registry is read-only: an apply would be refused"]
    with pytest.raises(RegistryReadOnly, match="refused this plan before anything was changed"):
        applied(world, made)
    assert world.broker.states == {}


@pytest.mark.parametrize("ill", [Ill.DOWN, Ill.SLOW, Ill.NOBODY, Ill.FORBIDDEN, Ill.HTML, Ill.NO_SHAPE], ids=str)
def test_a_registry_that_cannot_be_read_is_no_empty_registry(ill: Ill) -> None:
    with pytest.raises(RegistryFault):
        planned(FakeWorld(FakeRegistry(ill=ill)), ORDERS)


def test_planning_writes_nothing() -> None:
    world = FakeWorld()
    applied(world, planned(world, ORDERS))
    world.fake.writes = world.broker.writes = 0
    planned(world, Orders(name="orders", version="2.0.0", fields=()), acls=True, whole=True)
    assert (world.fake.writes, world.broker.writes) == (0, 0)
