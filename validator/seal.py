"""The schema id's header, handed to the judge inside the value: a second argument would cost every record.

Only a record that has the header is wrapped, by SQL: ``<seal><length>:<header><value>``. The seal is random for each
submission, so that no producer can write a value that would be taken for a wrapped one; it begins with a character that
begins no JSON and no frame, so that the hot path stays without a look for it.
"""

import secrets
from typing import Final

from validator.sql import text

HEADER: Final = "headers['__value_schema_id']"
BYTE_FOR_BYTE: Final = "'ISO-8859-1'"  # the character set in which every byte is one character


def new_seal() -> str:
    """A seal that nobody else knows."""
    return f"~{secrets.token_hex(16)}"


def sealed(value: str, seal: str) -> str:
    """The SQL expression of the value, wrapped where the record has the header; a null value stays null."""
    header = f"DECODE({HEADER}, {BYTE_FOR_BYTE})"
    wrapped = (
        f"CONCAT({text(seal)}, CAST(CHAR_LENGTH({header}) AS STRING), ':', {header}, DECODE({value}, {BYTE_FOR_BYTE}))"
    )
    return f"CASE WHEN {HEADER} IS NULL THEN {value} ELSE ENCODE({wrapped}, {BYTE_FOR_BYTE}) END"


def unsealed(wrapped: bytes, seal: bytes) -> tuple[bytes, bytes]:
    """The value and the header of a wrapped value.

    >>> unsealed(b"~s3:abc{}", b"~s")
    (b'{}', b'abc')
    """
    length, _, rest = wrapped[len(seal) :].partition(b":")
    end = int(length)
    return rest[end:], rest[:end]
