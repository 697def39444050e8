"""What sync promises when an apply is broken off, or others write at the same time; asked of any world."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from registry_sync.apply import Apply
from sluice.contract.stream import Break, Compatibility
from sluice.terminal import Fault
from tests.unit.registry_sync.by_hand import (
    AMOUNT,
    AMOUNT_AS_TEXT,
    ID,
    NOTE,
    Orders,
    World,
    applied,
    foreign,
    kinds,
    planned,
)


class AtOnceSuite:
    @pytest.mark.parametrize("done", range(7))
    def test_an_apply_that_stops_after_any_change_is_resumed_by_the_next_plan(self, world: World, done: int) -> None:
        made = planned(world, Orders(name=world.name))
        with world.registry() as registry:
            assert len(list(islice(Apply(registry, world.broker).run(made), done))) == done
        rest = planned(world, Orders(name=world.name))
        assert kinds(rest) == kinds(made)[done:]
        applied(world, rest)
        assert planned(world, Orders(name=world.name)).changes == ()
        gone = planned(world, Orders(name=world.name, status="retired"))
        assert len(gone.changes) == 3

    def test_what_somebody_registered_since_the_plan_was_made_is_not_covered(self, world: World) -> None:
        orders, name = Orders(name=world.name, level=Compatibility.NONE), f"{world.name}.raw-value"
        applied(world, planned(world, orders))
        made = planned(world, replace(orders, version="1.1.0", fields=(ID, AMOUNT, NOTE)))
        with world.registry() as registry:
            registry.register(name, foreign("at the same time"))
        with pytest.raises(Fault, match=f"{name} has version 2 now, and had version 1 .* plan again"):
            applied(world, made)
        with world.registry() as registry:
            assert registry.versions(name) == (1, 2)

    def test_a_subject_that_somebody_made_since_the_plan_was_made_is_not_covered(self, world: World) -> None:
        name = f"{world.name}.raw-value"
        made = planned(world, Orders(name=world.name, level=Compatibility.NONE))
        with world.registry() as registry:
            registry.register(name, foreign("at the same time"))
        with pytest.raises(Fault, match=f"{name} has version 1 now, and had none"):
            applied(world, made)

    def test_a_history_that_went_on_since_the_plan_was_made_is_not_deleted(self, world: World) -> None:
        orders, name = Orders(name=world.name), f"{world.name}.raw-value"
        applied(world, planned(world, orders))
        breaks = Break(version="2.0.0", reason="because")
        made = planned(world, replace(orders, version="2.0.0", fields=(ID, AMOUNT_AS_TEXT), breaks=breaks))
        applied(world, planned(world, replace(orders, version="1.1.0", fields=(ID, AMOUNT, NOTE))))
        with pytest.raises(Fault, match=f"{name} has version 2 now, and had version 1"):
            applied(world, made)
        with world.registry() as registry:
            assert registry.versions(name) == (1, 2)

    @pytest.mark.parametrize(
        "then",
        [
            {},
            {"version": "1.1.0", "fields": (ID, AMOUNT, NOTE)},
            {
                "version": "2.0.0",
                "fields": (ID, AMOUNT_AS_TEXT),
                "breaks": Break(version="2.0.0", reason="because"),
            },
        ],
        ids=["nothing before", "a wider contract", "a break"],
    )
    def test_two_applies_of_one_plan_at_once_end_as_one(self, world: World, then: dict[str, Any]) -> None:
        orders = Orders(name=world.name)
        if then:
            applied(world, planned(world, orders))
        made = planned(world, replace(orders, **then))
        with world.registry() as one, world.registry() as other:
            both = zip(Apply(one, world.broker).run(made), Apply(other, world.broker).run(made), strict=True)
            assert len(list(both)) == len(made.changes) > 0
        again = planned(world, replace(orders, **then))
        assert (again.changes, again.refusals) == ((), ())
