"""The columns of staged files and of the published table."""

from typing import Final

import pyarrow as pa

from sla.staging.decode import Decoder
from sla.staging.instants import TIMESTAMP
from sluice.contract.model import SchemaObject
from sluice.contract.stream import Source, UnknownFields

TECHNICAL: Final = pa.schema([
    ("_raw_partition", pa.int32()),
    ("_raw_offset", pa.int64()),
    ("_appended_at", TIMESTAMP),
    ("_judged_at", TIMESTAMP),
    ("_landed_at", TIMESTAMP),
    ("_version", pa.string()),
    ("_producer", pa.string()),
    ("_period", pa.string()),
])  # fmt: skip


def stored(described: SchemaObject) -> pa.Schema:
    """The contract's fields by their types, undeclared ones where they are allowed, and whence each row came."""
    stream = described.stream
    extras = stream is not None and stream.unknown_fields is not UnknownFields.REJECT
    op = [pa.field("_op", pa.string())] if stream is not None and stream.source is Source.CDC else []
    return pa.schema([*Decoder(described.fields, extras=extras).schema, *op, *TECHNICAL])
