"""What sync promises about what is whose, asked of any world."""

import json
from dataclasses import replace

import pytest

from connections.registry import Schema
from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.stream import Break, Compatibility
from sluice.terminal import Fault
from tests.unit.registry_sync.by_hand import AMOUNT_AS_TEXT, ID, Orders, World, applied, codes, foreign, kinds, planned


class OwnershipSuite:
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
