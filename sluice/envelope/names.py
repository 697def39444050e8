"""The names of the headers, and who knows the value of each: the verdict, or the coordinates of the record.

All of them are written on every dead letter, whatever the record brought along, so that none can be forged.
"""

from typing import Final

CONTRACT_HEADER: Final = "__contract"
PREFIX: Final = "__contract."
ENVELOPE_VERSION: Final = "1"

VERDICT_HEADERS: Final = (  # in the order in which verdict_fields writes them
    "__contract.id",
    "__contract.version",
    "__contract.stage",
    "__contract.code",
    "__contract.violations",
    "__contract.violations.total",
    "__contract.violations.truncated",
    "__contract.message",
    "__contract.schema.id",
    "__contract.cdc.op",
    "__contract.fingerprint",
    "__contract.value-sha256",
)

COORDINATE_HEADERS: Final = (
    "__contract.source.topic",
    "__contract.source.partition",
    "__contract.source.offset",
    "__contract.source.timestamp",
    "__contract.origin.topic",
    "__contract.origin.partition",
    "__contract.origin.offset",
    "__contract.first-seen",
    "__contract.failed-at",
    "__contract.attempt",
    "__contract.replay.id",
    "__contract.record-id",
    "__contract.producer",
    "__contract.envelope",
)

DEAD_LETTER_HEADERS: Final = VERDICT_HEADERS + COORDINATE_HEADERS
