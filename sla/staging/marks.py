"""The ``__contract`` headers of many rows at once, for whoever reads files: one grammar, one notion of what is ours."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

# The grammar of sluice.envelope.header, with no more digits than columns hold, else one row would cost its whole file.
_HEADER: Final = (
    r"^v=1;c={id}/(?P<version>[\w.~%-]+);t=(?P<verdict>valid|control|invalid)"
    r";p=(?P<partition>[0-9]{{1,9}});o=(?P<offset>[0-9]{{1,18}});j=(?P<judged_at>[0-9]{{1,15}})$"
)
_ANYBODY: Final = _HEADER.format(id=r"[\w.~%-]+")
VERSION_MAX: Final = 80
"""Longer than any contract's version. Asked of the answer: a bound within the pattern costs twice the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What headers say as text: version, verdict, partition, offset, judged_at.

    Null where the header is missing, not of the grammar, or of another contract. Of the last there are ``foreign``.
    """

    told: pa.StructArray
    foreign: int


def marks(values: pa.Array, contract: str) -> Marks:
    """What the headers say of records that a contract has judged."""
    text = ascii_text(values)
    told = pc.extract_regex(text, _HEADER.format(id=re.escape(quote(contract, safe=""))))
    fits = pc.less_equal(pc.binary_length(pc.struct_field(told, "version")), VERSION_MAX)
    if fits.false_count:
        told = pc.if_else(fits, told, pa.scalar(None, told.type))
    others = told.null_count - text.null_count
    anybody = pc.sum(pc.match_substring_regex(text, _ANYBODY)).as_py() or 0 if others else 0
    return Marks(told=told, foreign=max(anybody - (len(told) - told.null_count), 0))


def ascii_text(values: pa.Array) -> pa.Array:
    """Bytes as text; what is no text of ours becomes null."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:  # some is no UTF-8; ours is ASCII, and what is not is nobody's
        return pa.array([each.decode() if each is not None and each.isascii() else None for each in values.to_pylist()])


def flat(table: pa.Table, name: str) -> Any:
    """A column in one piece."""
    column = table.column(name).combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
