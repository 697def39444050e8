"""Whether what a raw topic takes fits into the outputs, with what the job adds to it; sizes are in bytes."""

from collections.abc import Mapping
from typing import Final

import msgspec

from sluice.envelope.dead_letter import VIOLATIONS_BYTES_MAX
from sluice.verdict.gate import Topics
from validator.frozen import Frozen
from validator.judge import ENVELOPE_ROOM_BYTES
from validator.plan import PRODUCER

CONTRACT_HEADER_ROOM_BYTES: Final = 1024
LETTER_ROOM_BYTES: Final = ENVELOPE_ROOM_BYTES + VIOLATIONS_BYTES_MAX
REQUEST_BYTES_MAX: Final = int(PRODUCER["max.request.size"])
BLOCK_BYTES: Final = 64 * 1024  # of lz4, as Kafka's Java client writes it
BLOCK_HEADER_BYTES: Final = 4
COMPRESSIONS: Final = frozenset({"lz4", "uncompressed"})  # of raw topics: the outputs', and what is never denser
SHOWN_MAX: Final = 5


def too_small(topics: Topics, limits: Mapping[str, int]) -> tuple[str, ...]:
    """Why these topics cannot take what may come, sentences with the way out; ``limits`` are their max.message.bytes.

    A record that its output refuses would stop the job, and again after each restart. Key and headers count here: a raw
    record is within the raw topic's limit with all of them, so it is within an output's that has room for ours.
    """
    raw = limits[topics.raw]
    rooms = {topics.validated: CONTRACT_HEADER_ROOM_BYTES, topics.dead_letter: LETTER_ROOM_BYTES}
    told = [
        f"{topic} takes records up to {limits[topic]} bytes and {topics.raw} up to {raw}, to which the job adds "
        f"headers of up to {room}: set max.message.bytes of {topic} to {raw + room}, or that of {topics.raw} to "
        f"{max(0, limits[topic] - room)}"
        for topic, room in rooms.items()
        if limits[topic] < raw + room
    ]
    largest = REQUEST_BYTES_MAX - LETTER_ROOM_BYTES
    if raw > largest:
        told.append(
            f"{topics.raw} takes records up to {raw} bytes, and the job writes up to {REQUEST_BYTES_MAX}: set its "
            f"max.message.bytes to {largest}"
        )
    return tuple(told)


def too_dense(compressions: Mapping[str, str]) -> str:
    """Why these raw topics may take what no output can, with the way out; empty where they are compressed as outputs.

    ``compressions`` are their compression.type. No reason to refuse a start: most producers never send such a record.
    """
    dense = [f"{topic} ({kind})" for topic, kind in sorted(compressions.items()) if kind not in COMPRESSIONS]
    if not dense:
        return ""
    more = f" and {len(dense) - SHOWN_MAX} more" if len(dense) > SHOWN_MAX else ""
    return (
        f"compression.type is not lz4 on {', '.join(dense[:SHOWN_MAX])}{more}: a record whose headers are below "
        "max.message.bytes only in a denser codec would be refused by the outputs and stop the job; "
        "set it to lz4 (`sluice apply` does) or uncompressed, and the broker refuses such a record at the producer"
    )


def limited(frozen: Frozen, topics: Topics, limits: Mapping[str, int]) -> Frozen:
    """The contract with what its outputs hold of records that do not compress."""
    return msgspec.structs.replace(
        frozen,
        value_bytes_max=_held(limits[topics.validated]) - CONTRACT_HEADER_ROOM_BYTES,
        letter_bytes_max=_held(limits[topics.dead_letter]),
    )


def _held(limit: int) -> int:
    """Less than the broker takes: bytes that do not compress become more, by a header for each block."""
    return limit - -(-limit // BLOCK_BYTES) * BLOCK_HEADER_BYTES
