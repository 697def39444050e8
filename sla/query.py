"""One SQL rule on a period's rows: DuckDB in memory, read-only, with a bound on time and memory."""

from threading import Timer
from typing import Final

import duckdb
import pyarrow as pa

SECONDS_MAX: Final = 60
MEMORY: Final = "1GB"
TABLE: Final = "rows"


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
            answered = base.execute(text)
            found = answered.fetchall() if answered is not None else []
        except duckdb.InterruptException:
            raise QueryFailed(f"the query took longer than {seconds:g} s") from None
        except duckdb.Error as error:
            raise QueryFailed(_said(error)) from None
        finally:
            clock.cancel()
    if len(found) != 1 or len(found[0]) != 1 or not isinstance(found[0][0], int | float):
        raise QueryFailed("the query must answer one row with one number")
    return float(found[0][0])


def _said(error: duckdb.Error) -> str:
    """The kind of fault alone: DuckDB's messages may quote values of the rows."""
    return f"DuckDB refuses the query ({type(error).__name__})"
