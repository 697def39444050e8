"""One SQL rule on a period's rows: DuckDB in memory, read-only, with a bound on time and memory."""

from decimal import Decimal
from math import isfinite
from threading import Timer
from typing import Final

import duckdb
import pyarrow as pa

SECONDS_MAX: Final = 60
MEMORY: Final = "1GB"
TABLE: Final = "rows"
REFUSALS: Final = {
    "ParserException": "it is no SQL",
    "CatalogException": "it names a table, function or type that is not there",
    "BinderException": "it names a field or function that is not there, or mixes types",
    "ConversionException": "a value does not convert to the type that the query asks",
    "OutOfRangeException": "a number leaves the range of its type",
    "OutOfMemoryException": f"it needs more memory than {MEMORY}",
    "PermissionException": "it reaches for more than the rows",
}


class QueryFailed(Exception):  # noqa: N818 - an answer about a rule, which becomes a finding
    """The query does not run on these rows, or answers something else than one number; the message says why."""


def ask(query: str, given: pa.Table, column: str | None = None, *, seconds: float = SECONDS_MAX) -> float:
    """The one number that the query answers. ``${table}`` is the rows, ``${column}`` (or ``${property}``) the field.

    No file, network or setting is in its reach.
    """
    text = query.replace("${table}", TABLE).replace("{table}", TABLE)
    if column is not None:
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in column.split("."))
        for name in ("${column}", "${property}", "{column}", "{property}"):
            text = text.replace(name, quoted)
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as base:
        base.register(TABLE, given)
        base.execute("SET enable_external_access = false")
        base.execute("SET python_enable_replacements = false")  # else a table may be a variable of ours
        base.execute("SET lock_configuration = true")
        clock = Timer(seconds, base.interrupt)
        clock.start()
        try:
            return _number(base.execute(text))
        except duckdb.InterruptException:
            raise QueryFailed(f"the query took longer than {seconds:g} s") from None
        except duckdb.Error as error:
            raise QueryFailed(_said(error)) from None
        finally:
            clock.cancel()


def _number(answered: "duckdb.DuckDBPyConnection | None") -> float:
    """The one cell as a number; a truth is 1 or 0."""
    found = answered.fetchmany(2) if answered is not None else []
    if len(found) != 1:
        raise QueryFailed(f"the query answered {'several rows' if found else 'no row'}, and must answer one")
    if len(found[0]) != 1:
        raise QueryFailed(f"the query answered {len(found[0])} columns, and must answer one")
    (cell,) = found[0]
    if not isinstance(cell, int | float | Decimal):
        raise QueryFailed(f"the query answered {'NULL' if cell is None else 'another type'}, which is no number")
    if not isfinite(cell):
        raise QueryFailed("the query answered no finite number")
    return float(cell)


def _said(error: duckdb.Error) -> str:
    """The kind of fault alone: DuckDB's messages may quote values of the rows."""
    kind = type(error).__name__
    refusal = REFUSALS.get(kind)
    return f"DuckDB refuses the query: {refusal} ({kind})" if refusal else f"DuckDB refuses the query ({kind})"
