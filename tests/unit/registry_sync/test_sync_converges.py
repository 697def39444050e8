import contextlib
import json
from collections.abc import Callable
from copy import deepcopy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connections.registry import Schema
from registry_sync.equal import parsed
from registry_sync.record import RECORD
from registry_sync.state import Access, Operation, Resource
from sluice.contract.stream import Break, Compatibility, TopicSettings
from sluice.terminal import Fault
from tests.unit.connections.fake_registry import FakeRegistry
from tests.unit.registry_sync.by_hand import AMOUNT, AMOUNT_AS_TEXT, ID, NOTE, Orders, applied, planned
from tests.unit.registry_sync.fake_broker import FakeBroker
from tests.unit.registry_sync.test_sync_on_fakes import FakeWorld

pytestmark = pytest.mark.thorough

Happening = Callable[[FakeWorld], None]
NAMES = ("a", "b")
TITLES = st.sampled_from(["by a serializer", "by hand"])

orders = st.builds(
    Orders,
    name=st.sampled_from(NAMES),
    version=st.sampled_from(["1.0.0", "1.1.0", "2.0.0"]),
    fields=st.sampled_from([(ID, AMOUNT), (ID, AMOUNT, NOTE), (ID, AMOUNT_AS_TEXT), (ID,)]),
    level=st.sampled_from([Compatibility.NONE, Compatibility.NONE, Compatibility.BACKWARD]),
    breaks=st.sampled_from([None, Break(version="2.0.0", reason="because")]),
    status=st.sampled_from(["active", "active", "active", "retired"]),
    consumers=st.sampled_from([(), (("report", "User:report"),)]),
    producers=st.sampled_from([(), ("shop",), ("shop", "till")]),
    owner=st.sampled_from([None, "User:owner"]),
    cdc=st.booleans(),
    raw=st.sampled_from([None, "inbox"]),
    topics=st.builds(
        TopicSettings,
        partitions=st.sampled_from([None, 2, 3]),
        retention_ms=st.sampled_from([None, -1, 1000]),
        cleanup_policy=st.sampled_from([None, "compact"]),
    ),
)
estates = st.lists(orders, max_size=2, unique_by=lambda each: each.name).map(tuple)


def _apply(estate: tuple[Orders, ...], killed_at: int, *, acls: bool, whole: bool) -> Happening:
    def happen(world: FakeWorld) -> None:
        made = planned(world, *estate, acls=acls, whole=whole)
        world.fake.writes, world.fake.fails_at = 0, killed_at
        if made.allowed(force=True):
            with contextlib.suppress(Fault):
                applied(world, made)
        world.fake.fails_at = None

    return happen


def _meddle(name: str, title: str) -> Happening:
    def happen(world: FakeWorld) -> None:
        schema = Schema(text=json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": title}))
        with world.registry() as registry, contextlib.suppress(Fault):
            registry.register(name, schema)

    return happen


def _delete(name: str) -> Happening:
    def happen(world: FakeWorld) -> None:
        with world.registry() as registry:
            registry.delete(name)

    return happen


def _meddle_with_rules(access: Access) -> Happening:
    return lambda world: world.broker.grant(access)


subjects = st.builds(
    "{}.{}".format, st.sampled_from(NAMES), st.sampled_from(["raw-value", "raw-key", "validated-value", "raw-contract"])
)
happenings = st.lists(
    st.one_of(
        st.builds(_apply, estates, st.integers(1, 30), acls=st.booleans(), whole=st.booleans()),
        st.builds(_meddle, subjects, TITLES),
        st.builds(_delete, subjects),
        st.builds(
            _meddle_with_rules,
            st.builds(
                Access,
                principal=st.just("User:report"),
                operation=st.sampled_from(Operation),
                resource=st.just(Resource.TOPIC),
                name=st.sampled_from(["a.validated", "b.raw"]),
            ),
        ),
    ),
    max_size=6,
)


def _world_after(history: list[Happening]) -> FakeWorld:
    world = FakeWorld(FakeRegistry(), FakeBroker())
    for happen in history:
        happen(world)
    return world


def _contents(world: FakeWorld) -> object:
    """What consumers of the platform can see: latest texts without the record, levels, topics, rules."""
    with world.registry() as registry:
        latest = {name: registry.latest(name) for name in registry.subjects()}
        levels = {name: registry.level(name) for name in latest}
    texts = {
        name: {key: told for key, told in (parsed(found.schema.text) or {}).items() if key != RECORD}
        for name, found in latest.items()
        if found
    }
    return texts, levels, world.broker.states, world.broker.rules


@settings(max_examples=60, deadline=None)
@given(history=happenings, final=estates, acls=st.booleans(), whole=st.booleans())
def test_whatever_happened_before_one_apply_converges_and_a_second_plan_is_empty(
    history: list[Happening], final: tuple[Orders, ...], acls: bool, whole: bool
) -> None:
    world = _world_after(history)
    made = planned(world, *final, acls=acls, whole=whole)
    assume(made.allowed(force=True))
    applied(world, made)
    assert planned(world, *final, acls=acls, whole=whole).changes == ()


@settings(max_examples=60, deadline=None)
@given(history=happenings, final=estates, acls=st.booleans(), kills=st.lists(st.integers(1, 12), max_size=4))
def test_an_apply_killed_at_any_write_is_resumed_by_the_next_and_ends_in_the_same_state(
    history: list[Happening], final: tuple[Orders, ...], acls: bool, kills: list[int]
) -> None:
    world = _world_after(history)
    made = planned(world, *final, acls=acls)
    assume(made.allowed(force=True))
    undisturbed = deepcopy(world)
    applied(undisturbed, made)
    for kill in kills:
        _apply(final, kill, acls=acls, whole=False)(world)
    applied(world, planned(world, *final, acls=acls))
    assert planned(world, *final, acls=acls).changes == ()
    assert _contents(world) == _contents(undisturbed)


@settings(max_examples=30, deadline=None)
@given(history=happenings, final=estates)
def test_what_others_made_is_there_afterwards(history: list[Happening], final: tuple[Orders, ...]) -> None:
    theirs = Access(principal="User:stranger", operation=Operation.READ, resource=Resource.TOPIC, name="a.validated")
    world = FakeWorld(FakeRegistry(), FakeBroker())
    _meddle("stranger-value", "by hand")(world)
    world.broker.grant(theirs)
    for happen in history:
        happen(world)
    made = planned(world, *final, acls=True, whole=True)
    assume(made.allowed(force=True))
    applied(world, made)
    with world.registry() as registry:
        assert "stranger-value" in registry.subjects()
    assert theirs in world.broker.access()
