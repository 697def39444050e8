"""The published table, asked by DuckDB as a consumer would."""

from typing import Final

import duckdb
from rich.table import Table

from sla.publishing.warehouse import Published
from sluice.terminal import Fault, out

QUERY: Final = """
SELECT carrier, count(*) AS departures, count(*) FILTER (dep_time IS NULL) AS cancelled,
       round(avg(dep_delay), 1) AS mean_delay, count(DISTINCT _period) AS days
FROM flights GROUP BY carrier ORDER BY departures DESC LIMIT 5
"""


def show_published(published: Published) -> int:
    """Ask it, show the answer, and say how many rows it has."""
    table = published.table()
    if table is None:
        raise Fault(f"the table {published.name} was never written")
    flights = table.scan().to_arrow()
    out.print(f"[dim]{' '.join(QUERY.split())}[/]", markup=True)
    with duckdb.connect() as base:
        base.register("flights", flights)
        answered = base.execute(QUERY)
        names = [column[0] for column in answered.description]
        rows = answered.fetchall()
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        shown.add_column(name, justify="left" if name == "carrier" else "right")
    for row in rows:
        shown.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in row))
    out.print(shown)
    return int(flights.num_rows)
