"""The verdict's half of a dead letter's envelope, as one text that the Flink job's SQL splits into headers."""

import hashlib
from typing import Final

import msgspec

from sluice.envelope.fingerprint import fingerprint
from sluice.verdict.message import message_of
from sluice.verdict.model import Invalid, Violation

SEPARATOR: Final = "\x1f"
VIOLATIONS_BYTES_MAX: Final = 32 * 1024
_encode: Final = msgspec.json.Encoder().encode  # a violation's fields, in their order, are the envelope's JSON object


def verdict_fields(invalid: Invalid, value: bytes | None, *, violations_bytes_max: int = VIOLATIONS_BYTES_MAX) -> str:
    """The values of VERDICT_HEADERS in their order, joined by US (0x1F), which no value contains.

    ``violations_bytes_max`` is the room that the violations may take: a record that is too large with its headers
    keeps its bytes and loses violations first, last ones first; total and truncated say so.
    """
    told = _that_fit(invalid.violations, min(violations_bytes_max, VIOLATIONS_BYTES_MAX))
    total = max(invalid.total, len(invalid.violations))
    fields = (
        invalid.contract.id,
        invalid.contract.version,
        invalid.stage.value,
        invalid.code,
        f"[{b','.join(told).decode()}]",
        str(total),
        "true" if len(told) < total else "false",
        message_of(invalid),
        invalid.schema_id,
        invalid.cdc_op,
        fingerprint(invalid),
        hashlib.sha256(value).hexdigest() if value is not None else "",
    )
    return SEPARATOR.join(field.replace(SEPARATOR, " ") for field in fields)


def _that_fit(violations: tuple[Violation, ...], size: int) -> list[bytes]:
    told: list[bytes] = []
    left = size - len("[]")
    for violation in violations:
        written = _encode(violation)
        left -= len(written) + 1
        if left < 0:
            break
        told.append(written)
    return told
