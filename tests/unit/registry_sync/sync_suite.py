"""What sync promises, asked of any world: run on the fakes, and on the real registry and broker."""

import json
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from connections.registry import Reference, Schema
from registry_sync.apply import Apply
from registry_sync.change import Register
from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Break, Compatibility, SchemaReference, TopicSettings
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
    kinds,
    planned,
)


def foreign(title: str, **fields: str) -> Schema:
    properties = {"properties": {name: {"type": kind} for name, kind in fields.items()}} if fields else {}
    draft = "http://json-schema.org/draft-07/schema#"
    return Schema(text=json.dumps({"$schema": draft, "type": "object", "title": title, **properties}))


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

    def test_another_estate_that_applied_a_contract_of_this_name_does_not_count_for_a_break(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name), estate=f"{world.name}-they"))
        major = Orders(
            name=world.name,
            version="2.0.0",
            fields=(ID, AMOUNT_AS_TEXT),
            breaks=Break(version="2.0.0", reason="because"),
        )
        assert codes(planned(world, major)).count("override-refused") == 2

    def test_the_history_of_a_subject_that_sync_did_not_make_is_started_over_only_when_forced(
        self, world: World
    ) -> None:
        name = f"{world.name}.raw-value"
        with world.registry() as registry:
            registry.register(name, foreign("by hand"))
        orders = Orders(name=world.name, level=Compatibility.NONE)
        applied(world, planned(world, orders))
        major = Orders(
            name=world.name,
            version="2.0.0",
            fields=(ID, AMOUNT_AS_TEXT),
            breaks=Break(version="2.0.0", reason="because"),
        )
        breaking = planned(world, major)
        refused = [refusal for refusal in breaking.refusals if refusal.code == "history-of-others"]
        assert [(refusal.name, refusal.forceable) for refusal in refused] == [(name, True)]
        applied(world, breaking)
        assert planned(world, major).changes == ()

    def test_a_foreign_schema_on_top_of_ours_is_drift_and_is_put_right(self, world: World) -> None:
        orders = Orders(name=world.name, level=Compatibility.NONE)
        applied(world, planned(world, orders))
        with world.registry() as registry:
            registry.register(f"{world.name}.raw-value", foreign("by a serializer"))
        assert kinds(planned(world, orders)) == [("register", f"{world.name}.raw-value")]
        applied(world, planned(world, orders))
        assert planned(world, orders).changes == ()

    def test_rules_replaced_by_a_text_without_annotation_are_put_back(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        with world.registry() as registry:
            registry.register(f"{world.name}.raw-contract", foreign("loosened"))
        drift = planned(world, Orders(name=world.name))
        assert kinds(drift) == [("register", f"{world.name}.raw-contract")]
        assert (codes(drift), drift.notes) == ([], ())
        applied(world, drift)
        assert planned(world, Orders(name=world.name)).changes == ()
        assert len(planned(world, Orders(name=world.name, status="retired")).changes) == 3

    @pytest.mark.parametrize("annotated", [False, True], ids=["by hand", "with our annotation and no record"])
    def test_a_rules_subject_that_sync_did_not_make_is_taken_over_only_when_forced(
        self, world: World, annotated: bool
    ) -> None:
        name, orders = f"{world.name}.raw-contract", Orders(name=world.name)
        contract = orders.build()
        by_hand = Schema(text=canonical(rules_schema(contract, contract.objects[0])))
        with world.registry() as registry:
            registry.register(name, by_hand if annotated else foreign("the contract of employment"))
        taking = planned(world, orders)
        assert [(refusal.code, refusal.name, refusal.forceable) for refusal in taking.refusals] == [
            ("not-made-by-sync", name, True)
        ]
        applied(world, taking)
        again = planned(world, orders)
        assert (again.changes, again.refusals) == ((), ())

    @pytest.mark.parametrize(
        "record",
        [
            "ours",
            ["ours"],
            {},
            {"estate": 1, "subjects": [], "access": []},
            {"estate": "ours", "subjects": None, "access": []},
            {"estate": "ours", "subjects": "orders-value", "access": []},
            {"estate": "ours", "subjects": [], "access": [1]},
            {"estate": "ours", "subjects": [], "access": [["User:a", "read", "topic", "literal"]]},
            {"estate": "ours", "subjects": [], "access": [["User:a", "ponder", "topic", "literal", "orders"]]},
            {"estate": "ours", "subjects": [], "access": [["User:a", "read", "topic", "guessed", "orders"]]},
            {"estate": "ours", "subjects": [], "topics": [1], "access": []},
        ],
        ids=json.dumps,
    )
    def test_a_record_that_cannot_be_read_is_one_sentence_with_the_subject_and_the_way_out(
        self, world: World, record: object
    ) -> None:
        name = f"{world.name}.theirs-contract"
        contract = Orders(name=world.name).build()
        schema = {**rules_schema(contract, contract.objects[0]), "x-sluice-sync": record}
        with world.registry() as registry:
            registry.register(name, Schema(text=json.dumps(schema)))
        try:
            with pytest.raises(Fault, match="cannot be read") as told:
                planned(world, Orders(name=world.name))
        finally:
            with world.registry() as registry:
                registry.delete(name)  # the real registry is shared by every test
        assert name in str(told.value)
        assert "register its text of before again, or delete the subject" in str(told.value)

    def test_a_subject_that_was_there_before_is_kept_up_to_date_and_never_deleted(self, world: World) -> None:
        name = f"{world.name}.raw-value"
        with world.registry() as registry:
            registry.register(name, foreign("by hand"))
        orders = Orders(name=world.name, level=Compatibility.NONE)
        adopting = planned(world, orders)
        assert name in [note.name for note in adopting.notes]
        applied(world, adopting)
        gone = planned(world, replace(orders, status="retired"))
        assert name not in [change for _, change in kinds(gone)]
        assert len(gone.changes) == 2

    def test_a_retired_contract_is_deleted_softly_when_forced(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        retired = Orders(name=world.name, status="retired")
        gone = planned(world, retired)
        assert codes(gone) == ["deletes-too-much"]
        assert (gone.allowed(force=False), gone.allowed(force=True)) == (False, True)
        assert kinds(gone)[-1] == ("delete-subject", f"{world.name}.raw-contract")
        applied(world, gone)
        assert planned(world, retired).changes == ()
        applied(world, planned(world, Orders(name=world.name)))
        assert planned(world, Orders(name=world.name)).changes == ()

    def test_contracts_out_of_scope_are_left_alone_unless_these_are_all(self, world: World) -> None:
        first, second = Orders(name=f"{world.name}.a"), Orders(name=f"{world.name}.b")
        applied(world, planned(world, first, second))
        assert planned(world, first).changes == ()
        assert kinds(planned(world, first, whole=True)) == [
            ("delete-subject", f"{second.name}.raw-value"),
            ("delete-subject", f"{second.name}.validated-value"),
            ("delete-subject", f"{second.name}.raw-contract"),
        ]

    def test_another_estate_is_never_touched(self, world: World) -> None:
        theirs = Orders(name=f"{world.name}.theirs")
        applied(world, planned(world, theirs, estate=f"{world.name}-they"))
        ours = Orders(name=f"{world.name}.ours")
        assert [name for _, name in kinds(planned(world, ours, whole=True)) if "theirs" in name] == []
        assert codes(planned(world, theirs)) == ["belongs-to-others"] * 7

    @pytest.mark.parametrize("role", ["raw", "validated", "dead", "parking"])
    def test_a_topic_that_another_estate_has_recorded_is_taken_over_only_when_forced(
        self, world: World, role: str
    ) -> None:
        shared = f"{world.name}.shared"
        applied(world, planned(world, Orders(name=f"{world.name}.theirs", dead=shared), estate=f"{world.name}-they"))
        ours = replace(Orders(name=f"{world.name}.ours"), **{role: shared})
        refused = [refusal for refusal in planned(world, ours).refusals if refusal.code == "belongs-to-others"]
        assert [(refusal.name, refusal.forceable) for refusal in refused] == [(shared, True)]
        assert f"{world.name}.theirs of the estate '{world.name}-they'" in refused[0].sentence

    def test_a_topic_of_another_contract_of_the_estate_is_refused_though_that_one_is_not_given(
        self, world: World
    ) -> None:
        shared = f"{world.name}.shared"
        first = Orders(name=f"{world.name}.a", parking=shared)
        second = Orders(name=f"{world.name}.b", parking=shared)
        applied(world, planned(world, first))
        assert [(refusal.code, refusal.name) for refusal in planned(world, second).refusals] == [
            ("belongs-to-others", shared)
        ]
        assert codes(planned(world, first)) == []

    def test_every_topic_that_stays_behind_is_named_once(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        retired = planned(world, Orders(name=world.name, status="retired"))
        names = [f"{world.name}.{name}" for name in ("raw", "validated", "dead-letter", "parking")]
        assert [note.name for note in retired.notes] == names

    @pytest.mark.parametrize("role", ["raw", "validated", "dead", "parking"])
    def test_a_renamed_topic_that_stays_behind_is_named(self, world: World, role: str) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        renamed = replace(Orders(name=world.name), **{role: f"{world.name}.other"})
        moved = planned(world, renamed)
        left = f"{world.name}.{'dead-letter' if role == 'dead' else role}"
        assert [note.name for note in moved.notes if "stays, since it holds data" in note.sentence] == [left]
        applied(world, moved)
        again = planned(world, renamed)
        assert (again.changes, again.notes) == ((), ())

    def test_a_renamed_raw_topic_takes_its_subjects_along(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        renamed = Orders(name=world.name, raw=f"{world.name}.inbox")
        moved = planned(world, renamed)
        assert codes(moved) == ["deletes-too-much"]
        assert [change for change in kinds(moved) if change[0] == "delete-subject"] == [
            ("delete-subject", f"{world.name}.raw-value"),
            ("delete-subject", f"{world.name}.raw-contract"),
        ]
        applied(world, moved)
        assert planned(world, renamed).changes == ()

    def test_what_another_contract_has_taken_over_outlives_the_first(self, world: World) -> None:
        first = Orders(name=world.name, id=f"{world.name}-first", raw=f"{world.name}.one")
        second = Orders(name=world.name, id=f"{world.name}-second", raw=f"{world.name}.two")
        applied(world, planned(world, first))
        taking = planned(world, second)
        assert [(refusal.code, refusal.name) for refusal in taking.refusals] == [
            ("belongs-to-others", f"{world.name}.{name}")
            for name in ("validated-value", "validated", "dead-letter", "parking")
        ]
        applied(world, taking)
        gone = planned(world, replace(first, status="retired"))
        assert [name for _, name in kinds(gone)] == [f"{world.name}.one-value", f"{world.name}.one-contract"]

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

    def test_change_data_capture_has_key_subjects(self, world: World) -> None:
        orders = Orders(name=world.name, cdc=True)
        applied(world, planned(world, orders))
        with world.registry() as registry:
            key = registry.latest(f"{world.name}.raw-key")
        assert key is not None
        assert json.loads(key.schema.text)["required"] == ["id"]
        assert planned(world, orders).changes == ()

    def test_topics_leave_room_for_the_envelope_and_keep_old_timestamps(self, world: World) -> None:
        asked = TopicSettings(retention_ms=-1, max_message_bytes=2_000_000)
        applied(world, planned(world, Orders(name=world.name, topics=asked)))
        names = ("raw", "validated", "dead-letter", "parking")
        found = world.broker.topics([f"{world.name}.{name}" for name in names])
        configs = {name: found[f"{world.name}.{name}"].config for name in names}
        assert [configs[name]["max.message.bytes"] for name in names] == ["2000000", "2001024", "2065536", "2065536"]
        assert {configs[name]["retention.ms"] for name in names} == {"-1"}
        assert {configs[name]["message.timestamp.type"] for name in names} == {"CreateTime"}
        assert {configs[name]["message.timestamp.before.max.ms"] for name in names} == {str(2**63 - 1)}
        assert [found[f"{world.name}.{name}"].partitions for name in names] == [2, 2, 2, 1]

    def test_only_the_validated_topic_is_compacted(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name, topics=TopicSettings(cleanup_policy="compact"))))
        names = ("raw", "validated", "dead-letter", "parking")
        found = world.broker.topics([f"{world.name}.{name}" for name in names])
        policies = [found[f"{world.name}.{name}"].config["cleanup.policy"] for name in names]
        assert policies == ["delete", "compact", "delete", "delete"]

    def test_partitions_grow_together_with_a_warning_and_never_shrink(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        grown = Orders(name=world.name, topics=TopicSettings(partitions=4))
        growing = planned(world, grown)
        assert kinds(growing) == [
            ("grow-topic", f"{world.name}.{name}") for name in ("raw", "validated", "dead-letter")
        ]
        assert "order" in growing.notes[0].sentence
        applied(world, growing)
        assert planned(world, grown).changes == ()
        smaller = planned(world, Orders(name=world.name, topics=TopicSettings(partitions=2)))
        assert codes(smaller) == ["partitions-shrink"] * 3
        assert smaller.changes == ()

    def test_outputs_have_as_many_partitions_as_raw_when_a_shrink_is_forced(self, world: World) -> None:
        world.broker.create(f"{world.name}.raw", 3, 1, ())
        world.broker.create(f"{world.name}.validated", 1, 1, ())
        forced = planned(world, Orders(name=world.name, topics=TopicSettings(partitions=2)))
        shrinks = [refusal for refusal in forced.refusals if refusal.code == "partitions-shrink"]
        assert [refusal.name for refusal in shrinks] == [f"{world.name}.raw"]
        applied(world, forced)
        found = world.broker.topics(f"{world.name}.{name}" for name in ("raw", "validated", "dead-letter"))
        assert {state.partitions for state in found.values()} == {3}

    def test_a_parking_topic_that_was_there_with_more_partitions_is_left_as_it_is(self, world: World) -> None:
        world.broker.create(f"{world.name}.parking", 3, 1, ())
        assert "partitions-shrink" not in codes(planned(world, Orders(name=world.name)))

    def test_a_raw_topic_that_was_there_before_decides_the_number_of_partitions(self, world: World) -> None:
        world.broker.create(f"{world.name}.raw", 3, 1, ())
        applied(world, planned(world, Orders(name=world.name)))
        found = world.broker.topics([f"{world.name}.validated", f"{world.name}.dead-letter"])
        assert {state.partitions for state in found.values()} == {3}

    def test_a_setting_changed_by_hand_is_set_back_and_the_others_are_left(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        raw = f"{world.name}.raw"
        world.broker.configure(raw, (("retention.ms", "1000"), ("segment.bytes", "2000000")))
        assert kinds(planned(world, Orders(name=world.name))) == [("configure-topic", raw)]
        applied(world, planned(world, Orders(name=world.name)))
        config = world.broker.topics([raw])[raw].config
        assert (config["retention.ms"], config["segment.bytes"]) == ("604800000", "2000000")

    def test_what_would_delete_or_stop_records_of_an_existing_topic_is_refused_unless_forced(
        self, world: World
    ) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        for lossy in (TopicSettings(retention_ms=3_600_000), TopicSettings(max_message_bytes=10_000)):
            refused = planned(world, Orders(name=world.name, topics=lossy))
            assert set(codes(refused)) == {"records-would-go"}
            assert (refused.allowed(force=False), refused.allowed(force=True)) == (False, True)

    def test_a_topic_that_was_there_is_not_cut_to_the_defaults_unasked(self, world: World) -> None:
        raw = f"{world.name}.raw"
        world.broker.create(raw, 1, 1, (("retention.ms", "-1"),))
        found = planned(world, Orders(name=world.name))
        assert "records-would-go" in codes(found)
        assert not found.allowed(force=False)

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
