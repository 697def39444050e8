"""Exact counts of repeated keys, by DuckDB: in bounded memory, spilling to disk."""

from collections.abc import Sequence
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from sluice.profile.model import Duplicates

Rows: TypeAlias = pa.Table | pa.RecordBatchReader | ds.Dataset
MEMORY: Final = "1GB"


def duplicates(rows: Rows, key: Sequence[str], *, memory: str = MEMORY) -> Duplicates:
    """How many rows repeat the key of another one. ``key`` names columns, dotted for fields of objects.

    As with UNIQUE in SQL, a row that has a null in its key repeats nothing. A dataset over Parquet reads the key's
    columns alone. Past ``memory`` the keys go to a temporary folder.
    """
    parts = [_column(name, rows.schema) for name in key]
    known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    query = f"""
        SELECT coalesce(sum(held), 0)::BIGINT, coalesce(sum(held - 1) FILTER (complete), 0)::BIGINT,
               coalesce(sum(held) FILTER (NOT complete), 0)::BIGINT
        FROM (SELECT count(*) AS held, {known} AS complete FROM given GROUP BY {", ".join(parts)})
    """  # noqa: S608 - names are quoted by _column, nothing else is spliced in
    with (
        TemporaryDirectory() as spill,
        duckdb.connect(config={"memory_limit": memory, "temp_directory": spill}) as base,
    ):
        base.register("given", rows)
        found = base.execute(query).fetchone() or (0, 0, 0)
    return Duplicates(rows=found[0], duplicated=found[1], incomplete=found[2])


def _column(name: str, schema: pa.Schema) -> str:
    steps = [name] if name in schema.names else name.split(".")
    return ".".join('"' + step.replace('"', '""') + '"' for step in steps)
