"""The verdict's half of a dead letter's envelope, as one text that the Flink job's SQL splits into headers."""

import hashlib
from typing import Any, Final

import orjson

from sluice.envelope.fingerprint import fingerprint
from sluice.verdict.model import Invalid, Violation

SEPARATOR: Final = "\x1f"
VIOLATIONS_BYTES_MAX: Final = 32 * 1024
OTHER_BYTES_MAX: Final = 8 * 1024  # all headers of ours without the violations stay under this


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
        orjson.dumps(told).decode(),
        str(total),
        "true" if len(told) < total else "false",
        invalid.message,
        invalid.schema_id,
        invalid.cdc_op,
        fingerprint(invalid),
        hashlib.sha256(value).hexdigest() if value is not None else "",
    )
    return SEPARATOR.join(field.replace(SEPARATOR, " ") for field in fields)


def as_json(violation: Violation) -> dict[str, Any]:
    """A violation as the JSON object that the envelope carries."""
    return {
        "rule": violation.rule,
        "pointer": violation.pointer,
        "keyword": violation.keyword,
        "expected": violation.expected,
        "actual": violation.actual,
        "severity": violation.severity,
    }


def _that_fit(violations: tuple[Violation, ...], size: int) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    left = size - len("[]")
    for violation in violations:
        written = as_json(violation)
        left -= len(orjson.dumps(written)) + 1
        if left < 0:
            break
        told.append(written)
    return told
