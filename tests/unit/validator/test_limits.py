"""What a raw topic takes has to fit into its outputs, key, headers and envelope counted."""

import pytest

from sluice.verdict.gate import Topics
from tests.unit.validator.streams import frozen
from validator.limits import LETTER_ROOM_BYTES, limited, too_dense, too_small

TOPICS = Topics(raw="a.raw", validated="a.ok", dead_letter="a.bad")
MIB = 1024 * 1024
ROWS = {
    "as sluice apply makes them": ((MIB, MIB + 1024, MIB + 65_536), ()),
    "just enough": ((1000, 2024, 1000 + LETTER_ROOM_BYTES), ()),
    "no room for one header": (
        (MIB, MIB, MIB + 65_536),
        (
            (
                "a.ok takes records up to 1048576 bytes and a.raw up to 1048576, to which the job adds headers of up "
                "to 1024: set max.message.bytes of a.ok to 1049600, or that of a.raw to 1047552"
            ),
        ),
    ),
    "no room for the envelope": (
        (MIB, 2 * MIB, MIB + 12_288),
        (
            (
                "a.bad takes records up to 1060864 bytes and a.raw up to 1048576, to which the job adds headers of up "
                "to 45056: set max.message.bytes of a.bad to 1093632, or that of a.raw to 1015808"
            ),
        ),
    ),
    "larger than the job writes": (
        (64 * MIB, 65 * MIB, 65 * MIB),
        (
            (
                "a.raw takes records up to 67108864 bytes, and the job writes up to 67108864: set its "
                "max.message.bytes to 67063808"
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_topic_that_cannot_take_what_may_come_is_named_with_the_way_out(name: str) -> None:
    (raw, validated, dead_letter), told = ROWS[name]
    assert too_small(TOPICS, {"a.raw": raw, "a.ok": validated, "a.bad": dead_letter}) == told


def test_both_outputs_may_be_too_small() -> None:
    assert len(too_small(TOPICS, dict.fromkeys(("a.raw", "a.ok", "a.bad"), MIB))) == 2


def test_what_does_not_compress_becomes_more_by_a_header_for_each_block() -> None:
    made = limited(frozen(), TOPICS, {"a.ok": 32 * MIB + 1024, "a.bad": 32 * MIB + 65_536})
    assert (made.value_bytes_max, made.letter_bytes_max) == (32 * MIB - 4 * 513, 32 * MIB + 65_536 - 4 * 513)


def test_raw_topics_compressed_as_outputs_or_not_at_all_are_nothing_to_warn_of() -> None:
    assert too_dense({"a.raw": "lz4", "b.raw": "uncompressed"}) == ""


def test_raw_topics_that_may_be_denser_than_outputs_are_named_with_the_way_out() -> None:
    told = too_dense({"b.raw": "zstd", "ok.raw": "lz4", "a.raw": "producer"})
    assert told.startswith("compression.type is not lz4 on a.raw (producer), b.raw (zstd): ")
    assert "set it to lz4 (`sluice apply` does) or uncompressed" in told


def test_of_many_topics_five_are_named_and_the_others_counted() -> None:
    told = too_dense({f"{letter}.raw": "producer" for letter in "abcdefg"})
    assert "e.raw (producer) and 2 more: " in told
    assert "f.raw" not in told
