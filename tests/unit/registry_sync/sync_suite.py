"""What sync promises about subjects, asked of any world: run on the fakes, and on the real registry and broker."""

import json
from dataclasses import replace

import pytest

from connections.registry import Reference, Schema
from registry_sync.change import Register
from sluice.contract.stream import Break, Compatibility, SchemaReference
from sluice.terminal import Fault
from tests.unit.registry_sync.by_hand import (
    AMOUNT,
    AMOUNT_AS_TEXT,
    ID,
    NOTE,
    Orders,
    World,
    applied,
    codes,
    foreign,
    kinds,
    planned,
)


class SyncSuite:
    def test_a_new_contract_gets_topics_then_structures_then_rules(self, world: World) -> None:
        assert kinds(planned(world, Orders(name=world.name))) == [
            ("create-topic", f"{world.name}.raw"),
            ("create-topic", f"{world.name}.validated"),
            ("create-topic", f"{world.name}.dead-letter"),
            ("create-topic", f"{world.name}.parking"),
            ("register", f"{world.name}.raw-value"),
            ("register", f"{world.name}.validated-value"),
            ("register", f"{world.name}.raw-contract"),
        ]

    def test_a_second_plan_is_empty(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        again = planned(world, Orders(name=world.name))
        assert (again.changes, again.refusals, again.notes) == ((), (), ())

    def test_levels_are_set_on_the_subjects_themselves(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name, level=Compatibility.FULL)))
        with world.registry() as registry:
            assert registry.level(f"{world.name}.raw-value") is Compatibility.FULL
            assert registry.level(f"{world.name}.validated-value") is Compatibility.FULL
            assert registry.level(f"{world.name}.raw-contract") is Compatibility.NONE

    def test_a_changed_level_alone_is_a_change(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        changed = planned(world, Orders(name=world.name, level=Compatibility.FULL))
        assert kinds(changed) == [
            ("set-level", f"{world.name}.raw-value"),
            ("set-level", f"{world.name}.validated-value"),
        ]
        applied(world, changed)
        assert planned(world, Orders(name=world.name, level=Compatibility.FULL)).changes == ()

    def test_a_version_stamp_alone_registers_nothing(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        assert planned(world, Orders(name=world.name, version="1.0.1")).changes == ()

    def test_a_new_optional_field_is_taken(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        wider = Orders(name=world.name, version="1.1.0", fields=(ID, AMOUNT, NOTE))
        changed = planned(world, wider)
        assert [kind for kind, _ in kinds(changed)] == ["register"] * 3
        applied(world, changed)
        assert planned(world, wider).changes == ()

    def test_a_revert_is_a_change_and_becomes_the_latest_version(self, world: World) -> None:
        old = Orders(name=world.name, level=Compatibility.NONE)
        applied(world, planned(world, old))
        applied(world, planned(world, replace(old, version="1.1.0", fields=(ID, AMOUNT, NOTE))))
        back = planned(world, old)
        assert [change.revert_of for change in back.changes if isinstance(change, Register)] == [1, 1, 1]
        applied(world, back)
        assert planned(world, old).changes == ()
        with world.registry() as registry:
            latest = registry.latest(f"{world.name}.raw-value")
            assert latest is not None
            assert list(json.loads(latest.schema.text)["properties"]) == ["id", "amount"]

    def test_an_incompatible_change_is_refused_with_reasons_and_ways_out(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        broken = planned(world, Orders(name=world.name, version="1.1.0", fields=(ID, AMOUNT_AS_TEXT)))
        assert codes(broken) == ["incompatible", "incompatible"]
        assert any("/properties/amount" in reason for reason in broken.refusals[0].reasons)
        assert len(broken.refusals[0].ways_out) == 3
        assert not broken.allowed(force=True)

    def test_a_transitive_level_counts_versions_before_the_latest(self, world: World) -> None:
        orders = Orders(name=world.name, level=Compatibility.NONE)
        applied(world, planned(world, orders))
        applied(world, planned(world, replace(orders, version="1.1.0", fields=(ID,))))
        strict = replace(orders, version="1.2.0", fields=(ID, AMOUNT_AS_TEXT))
        assert codes(planned(world, replace(strict, level=Compatibility.BACKWARD))) == []
        refused = planned(world, replace(strict, level=Compatibility.BACKWARD_TRANSITIVE))
        assert codes(refused) == ["incompatible", "incompatible"]
        assert "against version 1" in refused.refusals[0].reasons[0]

    def test_a_recorded_major_version_may_break_and_starts_the_history_over(self, world: World) -> None:
        orders = Orders(name=world.name, level=Compatibility.BACKWARD_TRANSITIVE)
        applied(world, planned(world, orders))
        major = replace(
            orders,
            version="2.0.0",
            fields=(ID, AMOUNT_AS_TEXT),
            breaks=Break(version="2.0.0", reason="amounts come with a currency"),
        )
        breaking = planned(world, major)
        assert codes(breaking) == ["deletes-too-much"]
        assert "would delete or start over 2 of 3 subjects" in breaking.refusals[0].sentence
        assert [kind for kind, _ in kinds(breaking)] == ["restart-history", "register"] * 2 + ["register"]
        assert "amounts come with a currency" in breaking.changes[0].reason
        applied(world, breaking)
        assert planned(world, major).changes == ()
        later = replace(major, version="2.1.0", fields=(ID, AMOUNT_AS_TEXT, NOTE))
        applied(world, planned(world, later))
        assert planned(world, later).changes == ()

    @pytest.mark.parametrize(
        ("version", "named"), [("1.1.0", "1.1.0"), ("2.1.0", "2.0.0")], ids=["no new major", "another version"]
    )
    def test_an_override_counts_for_the_new_major_version_that_it_names(
        self, world: World, version: str, named: str
    ) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        broken = Orders(
            name=world.name,
            version=version,
            fields=(ID, AMOUNT_AS_TEXT),
            breaks=Break(version=named, reason="because"),
        )
        assert codes(planned(world, broken)) == ["override-refused", "override-refused"]

    def test_a_break_of_what_was_never_applied_is_none(self, world: World) -> None:
        name = f"{world.name}.raw-value"
        with world.registry() as registry:
            registry.register(name, foreign("by hand", amount="boolean"))
        first = planned(world, Orders(name=world.name, breaks=Break(version="1.0.0", reason="because")))
        assert [refusal.name for refusal in first.refusals if refusal.code == "override-refused"] == [name]
        assert "no version of it was applied before" in first.refusals[0].sentence
        assert not first.allowed(force=True)
        assert "restart-history" not in [kind for kind, _ in kinds(first)]

    def test_a_foreign_schema_on_top_of_ours_is_drift_and_is_put_right(self, world: World) -> None:
        orders = Orders(name=world.name, level=Compatibility.NONE)
        applied(world, planned(world, orders))
        with world.registry() as registry:
            registry.register(f"{world.name}.raw-value", foreign("by a serializer"))
        assert kinds(planned(world, orders)) == [("register", f"{world.name}.raw-value")]
        applied(world, planned(world, orders))
        assert planned(world, orders).changes == ()

    def test_change_data_capture_has_key_subjects(self, world: World) -> None:
        orders = Orders(name=world.name, cdc=True)
        applied(world, planned(world, orders))
        with world.registry() as registry:
            key = registry.latest(f"{world.name}.raw-key")
        assert key is not None
        assert json.loads(key.schema.text)["required"] == ["id"]
        assert planned(world, orders).changes == ()

    def test_references_must_exist_and_are_registered_compared_and_read_back(self, world: World) -> None:
        other = f"{world.name}-currencies"
        plain = Orders(name=world.name)
        resting = replace(plain, references=(SchemaReference(name="currencies.json", subject=other, version=1),))
        applied(world, planned(world, plain))
        missing = planned(world, resting)
        assert codes(missing) == ["reference-missing", "reference-missing"]
        assert not missing.allowed(force=True)
        with world.registry() as registry:
            registry.register(other, foreign("currencies"))
        rested = planned(world, resting)
        assert kinds(rested) == [("register", f"{world.name}.raw-value"), ("register", f"{world.name}.validated-value")]
        applied(world, rested)
        assert planned(world, resting).changes == ()
        with world.registry() as registry:
            latest = registry.latest(f"{world.name}.raw-value")
            assert latest is not None
            assert latest.schema.references == (Reference(name="currencies.json", subject=other, version=1),)

    def test_the_checksum_changes_with_the_world_and_with_the_contract(self, world: World) -> None:
        orders = Orders(name=world.name)
        first = planned(world, orders)
        assert planned(world, orders).checksum == first.checksum
        assert planned(world, replace(orders, version="1.0.1")).checksum != first.checksum
        world.broker.create(f"{world.name}.raw", 2, 1, ())
        assert planned(world, orders).checksum != first.checksum

    def test_a_plan_names_the_cluster_that_answered(self, world: World) -> None:
        assert planned(world, Orders(name=world.name)).cluster == world.broker.cluster() != ""

    def test_a_text_that_the_registry_cannot_read_is_one_sentence(self, world: World) -> None:
        with world.registry() as registry, pytest.raises(Fault, match="cannot read the schema"):
            registry.register(f"{world.name}-value", Schema(text="{nonsense"))
