"""What the contract's rules on many records give for the real month, by plain SQL over the source file alone.

Nothing of ours takes part: neither the gate, nor profiles, nor checks. The 67 records that the gate rejects are left
out by the same conditions written as SQL. Local days are those that the records name (year, month, day).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

DATA: Final = Path(__file__).parents[3] / "demo" / "data"
FLIGHTS: Final = DATA / "flights-2013-02.ndjson.gz"
PLANES: Final = DATA / "planes.ndjson.gz"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Expected:
    """One finding: rule, local day, carrier ("" for all rows), outcome, observed (four digits), rows it rests on."""

    check: str
    period: str
    carrier: str
    outcome: str
    observed: float | None
    n: int | None


_TABLES = """
CREATE TABLE flights AS
  SELECT *, make_date(year, month, day) AS local_day
  FROM read_json_auto($flights)
  WHERE NOT (arr_time IS NOT NULL AND arr_delay IS NULL)
    AND coalesce(regexp_full_match(tailnum, 'N[0-9A-Z]{1,5}'), true)
    AND coalesce(dep_time, 0) <= 2359 AND coalesce(arr_time, 0) <= 2359 AND sched_arr_time <= 2359
"""

_PLANES = "CREATE TABLE planes AS SELECT DISTINCT tailnum FROM read_json_auto($planes)"

DEPARTURES_KNOWN: Final = """
SELECT 'departures_known', local_day, '', if(share < 10, 'holds', 'breached'), round(share, 4), rows
FROM (SELECT local_day, 100.0 * count(*) FILTER (dep_time IS NULL) / count(*) AS share, count(*) AS rows
      FROM flights GROUP BY local_day)
"""

TAIL_NUMBERS_KNOWN: Final = """
WITH carriers AS (
  SELECT local_day, carrier, 100.0 * count(*) FILTER (tailnum IS NULL) / count(*) AS share, count(*) AS rows
  FROM flights GROUP BY local_day, carrier)
SELECT 'tail_numbers_known', local_day, carrier, 'breached', round(share, 4), rows FROM carriers WHERE share >= 5
UNION ALL
SELECT 'tail_numbers_known', local_day, '', 'holds', NULL, sum(rows) FROM carriers WHERE share < 5 GROUP BY local_day
"""

FLIGHTS_A_DAY: Final = """
SELECT 'flights_a_day', local_day, '', if(rows > 600 AND rows < 1100, 'holds', 'breached'), rows, rows
FROM (SELECT local_day, count(*) AS rows FROM flights GROUP BY local_day)
"""

ONE_RECORD_A_FLIGHT: Final = """
SELECT 'one_record_a_flight', local_day, '', if(repeated = 0, 'holds', 'breached'), repeated, rows
FROM (SELECT local_day, count(*) - count(DISTINCT (year, month, day, carrier, flight)) AS repeated, count(*) AS rows
      FROM flights GROUP BY local_day)
"""

VOLUME_LIKE_LAST_WEEKS: Final = """
WITH days AS (SELECT local_day, count(*) AS rows FROM flights GROUP BY local_day),
     changes AS (
       SELECT now.local_day, now.rows, count(earlier.rows) AS points, median(earlier.rows) AS middle
       FROM days AS now
       LEFT JOIN days AS earlier
         ON (now.local_day - earlier.local_day) IN (7, 14, 21, 28)
       GROUP BY now.local_day, now.rows)
SELECT 'volume_like_last_weeks', local_day, '',
       CASE WHEN points < 2 THEN 'skipped'
            WHEN 100.0 * (rows - middle) / middle > -40 AND 100.0 * (rows - middle) / middle < 60 THEN 'holds'
            ELSE 'breached' END,
       CASE WHEN points >= 2 THEN round(100.0 * (rows - middle) / middle, 4) END,
       CASE WHEN points >= 2 THEN rows END
FROM changes
"""

PLANE_KNOWN: Final = """
SELECT 'plane_known', local_day, '', if(share > 80, 'holds', 'breached'), round(share, 4), rows
FROM (SELECT local_day, count(*) AS rows,
             100.0 * count(*) FILTER (tailnum IN (SELECT tailnum FROM planes)) / count(*) AS share
      FROM flights WHERE tailnum IS NOT NULL GROUP BY local_day)
"""

# Seven days that end with the day, against 1 to 7 February; bins are right-closed and given from outside, since how
# they are cut is a choice of ours. Half a row is added to every bin. Windows that touch the first week are skipped.
DELAYS_LIKE_BEFORE: Final = """
WITH binned AS (
       SELECT local_day, len(list_filter($cuts, lambda cut: dep_delay > cut)) AS bin
       FROM flights WHERE dep_delay IS NOT NULL),
     bins AS (SELECT unnest(range(len($cuts) + 1)) AS bin),
     days AS (SELECT DISTINCT local_day FROM flights),
     reference AS (
       SELECT bin, (SELECT count(*) FROM binned b WHERE b.bin = bins.bin AND local_day <= DATE '2013-02-07') AS rows
       FROM bins),
     windows AS (
       SELECT days.local_day, bins.bin,
              (SELECT count(*) FROM binned b WHERE b.bin = bins.bin
                 AND b.local_day BETWEEN days.local_day - 6 AND days.local_day) AS rows
       FROM days, bins WHERE days.local_day >= DATE '2013-02-14'),
     shares AS (
       SELECT local_day, w.rows,
              (w.rows + 0.5) / (sum(w.rows + 0.5) OVER (PARTITION BY local_day)) AS q,
              (r.rows + 0.5) / (sum(r.rows + 0.5) OVER (PARTITION BY local_day)) AS p
       FROM windows AS w JOIN reference AS r USING (bin))
SELECT 'delays_like_before', local_day, '', if(sum((p - q) * ln(p / q)) > 0.1, 'breached', 'holds'),
       round(sum((p - q) * ln(p / q)), 4), sum(rows)
FROM shares GROUP BY local_day
UNION ALL
SELECT 'delays_like_before', local_day, '', 'skipped', NULL, NULL FROM days WHERE local_day < DATE '2013-02-14'
"""


def expected(cuts: Sequence[float], flights: Path = FLIGHTS, planes: Path = PLANES) -> tuple[Expected, ...]:
    """All findings of the month, sorted. ``cuts`` are the right ends of the frozen bins of dep_delay but the last."""
    with duckdb.connect() as base:
        base.execute(_TABLES, {"flights": str(flights)})
        base.execute(_PLANES, {"planes": str(planes)})
        rows: list[tuple[str, object, str, str, float | None, int | None]] = []
        for query in (
            DEPARTURES_KNOWN,
            TAIL_NUMBERS_KNOWN,
            FLIGHTS_A_DAY,
            ONE_RECORD_A_FLIGHT,
            VOLUME_LIKE_LAST_WEEKS,
            PLANE_KNOWN,
        ):
            rows.extend(base.execute(query).fetchall())
        rows.extend(base.execute(DELAYS_LIKE_BEFORE, {"cuts": list(cuts)}).fetchall())
    return tuple(
        sorted(
            (
                Expected(
                    check=check,
                    period=str(day),
                    carrier=carrier,
                    outcome=outcome,
                    observed=None if observed is None else float(observed),
                    n=None if n is None else int(n),
                )
                for check, day, carrier, outcome, observed, n in rows
            ),
            key=lambda each: (each.check, each.period, each.carrier, each.outcome),
        )
    )
