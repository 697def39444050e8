"""The ``__contract`` headers of many rows at once, for whoever reads files: one grammar, one notion of what is ours."""

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

# The grammar of sluice.envelope.header, with no more digits than columns hold and no longer versions than contracts
# have: else one row would cost its whole file.
_HEADER: Final = (
    r"^v=1;c=(?P<id>[\w.~%-]+)/(?P<version>[\w.~%-]{1,80});t=(?P<verdict>valid|control|invalid)"
    r";p=(?P<partition>[0-9]{1,9});o=(?P<offset>[0-9]{1,18});j=(?P<judged_at>[0-9]{1,15})$"
)


def marks(values: pa.Array) -> pa.StructArray:
    """The parts of each header as text: version, verdict, partition, offset, judged_at; null where it is not ours."""
    return pc.extract_regex(ascii_text(values), _HEADER)


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
