"""What sync promises about topics, asked of any world."""

from sluice.contract.stream import TopicSettings
from tests.unit.registry_sync.by_hand import Orders, World, applied, codes, kinds, planned


class TopicsSuite:
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

    def test_only_the_raw_topic_is_compressed_anew(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name)))
        names = [f"{world.name}.{name}" for name in ("raw", "validated", "dead-letter", "parking")]
        found = world.broker.topics(names)
        assert [found[name].config["compression.type"] for name in names] == ["lz4", "producer", "producer", "producer"]

    def test_a_raw_topic_that_was_there_gets_the_environments_compression(self, world: World) -> None:
        applied(world, planned(world, Orders(name=world.name), raw_compression="producer"))
        raw = f"{world.name}.raw"
        for wanted in ("lz4", "uncompressed", "producer"):
            made = planned(world, Orders(name=world.name), raw_compression=wanted)
            assert (kinds(made), made.allowed(force=False)) == ([("configure-topic", raw)], True)
            applied(world, made)
            assert world.broker.topics([raw])[raw].config["compression.type"] == wanted
            assert planned(world, Orders(name=world.name), raw_compression=wanted).changes == ()

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
