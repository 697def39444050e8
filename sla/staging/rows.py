"""The typed rows of staged files, a few columns at a time."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from connections.storage import Storage
from sla.staging.batches import Staged

EMPTY: Final = pa.table({})


class MixedTypes(Exception):  # noqa: N818 - an answer about files, after which a rule says that it could not be asked
    """A column is of one type in some files and of another in others; the message says which, and what types."""


def rows(storage: Storage, staged: Iterable[Staged], columns: Sequence[str] | None = None) -> pa.Table:
    """All rows of the files as one table; a column that a file lacks is null there (an older version had none).

    Numbers of several types are of the widest; MixedTypes where no type holds the values of all files.
    """
    tables = [_read(storage, each.path, columns) for each in staged]
    try:
        return pa.concat_tables(tables, promote_options="permissive") if tables else EMPTY
    except pa.ArrowTypeError as why:
        told = str(why).splitlines()[0].removeprefix("Unable to merge: ")
        raise MixedTypes(f"versions of the period do not go together: {told}") from None


def column(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    """A field by its dotted name; None where no file has it."""
    path = [name] if name in table.column_names else name.split(".")
    if path[0] not in table.column_names:
        return None
    found = table.select([path[0]])
    for step in path[1:]:
        found = found.flatten()
        wanted = next((each for each in found.column_names if each.endswith(f".{step}")), None)
        if wanted is None:
            return None
        found = found.select([wanted])
    return found.column(0)


def _read(storage: Storage, path: str, columns: Sequence[str] | None) -> pa.Table:
    file = pq.ParquetFile(BytesIO(storage.get(path)[0]))
    if columns is None:
        return file.read()
    there = set(file.schema_arrow.names)
    wanted = dict.fromkeys(name if name in there else name.partition(".")[0] for name in columns)
    return file.read(columns=[name for name in wanted if name in there])
