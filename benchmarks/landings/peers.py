"""What others take for the same rules on the same rows; run by a Python that has them, one at a time.

``python peers.py duckdb|datacontract|great-expectations FOLDER``: the staged Parquet files are below FOLDER. Prints one
JSON object: CPU-seconds (our own and those of children) and what was found.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = (
    *("year", "month", "day", "carrier", "flight", "tailnum", "origin", "dest", "time_hour", "hour", "minute"),
    *("sched_dep_time", "dep_time", "dep_delay", "sched_arr_time", "arr_time", "arr_delay", "air_time", "distance"),
)
KEY = ("year", "month", "day", "carrier", "flight")


def scan(folder: str) -> object:
    """DuckDB alone: rows and nulls of all columns by day, tail numbers by carrier, and repeated keys."""
    import duckdb  # noqa: PLC0415 - each peer imports its own

    base = duckdb.connect()
    files = f"read_parquet('{folder}/**/*.parquet', union_by_name = true)"
    nulls = ", ".join(f"count(*) - count({name})" for name in COLUMNS)
    base.execute(f"SELECT _period, count(*), {nulls} FROM {files} GROUP BY 1").fetchall()  # noqa: S608 - our own names
    base.execute(f"SELECT _period, carrier, count(*), count(tailnum) FROM {files} GROUP BY 1, 2").fetchall()  # noqa: S608 - as above
    key = ", ".join(KEY)
    found = base.execute(
        f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) n FROM {files} GROUP BY _period, {key})"  # noqa: S608 - as above
    ).fetchone()
    return found[0]


def datacontract(folder: str) -> object:
    """datacontract-cli: rows, nulls and repeated keys of the whole; it knows no window and no segment."""
    from datacontract.data_contract import DataContract  # noqa: PLC0415 - as above

    fields = "\n".join(f"      - {{name: {name}, logicalType: {_type(name)}}}" for name in COLUMNS)
    text = f"""
apiVersion: v3.1.0
kind: DataContract
id: flights
version: 1.0.0
status: active
servers:
  - {{server: local, type: local, path: "{folder}/*/*.parquet", format: parquet}}
schema:
  - name: flight
    physicalType: table
    properties:
{fields}
    quality:
      - {{type: library, metric: rowCount, mustBeGreaterThan: 600}}
      - {{type: sql, query: "SELECT 100.0 * count(*) FILTER (dep_time IS NULL) / count(*) FROM flight", mustBeLessThan: 10}}
      - {{type: sql, query: "SELECT 100.0 * count(*) FILTER (tailnum IS NULL) / count(*) FROM flight", mustBeLessThan: 5}}
      - {{type: sql, query: "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) n FROM flight GROUP BY {", ".join(KEY)})", mustBe: 0}}
"""  # noqa: E501, S608 - a contract, with a rule a line; the names are ours
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        run = DataContract(data_contract_file=file.name).test()
    return str(run.result)


def _type(name: str) -> str:
    if name == "time_hour":
        return "timestamp"
    return "string" if name in {"carrier", "tailnum", "origin", "dest"} else "integer"


def great_expectations(folder: str) -> object:
    """Great Expectations on a pandas frame: rows, nulls and repeated keys of the whole."""
    import great_expectations as gx  # noqa: PLC0415 - as above
    import pandas as pd  # noqa: PLC0415 - as above

    frame = pd.concat(
        [pd.read_parquet(file, columns=list(COLUMNS)) for file in sorted(Path(folder).rglob("*.parquet"))],
        ignore_index=True,
    )
    context = gx.get_context(mode="ephemeral")
    batch = (
        context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
    ).get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(
        name="s",
        expectations=[
            gx.expectations.ExpectTableRowCountToBeBetween(min_value=600),
            gx.expectations.ExpectColumnValuesToNotBeNull(column="dep_time", mostly=0.9),
            gx.expectations.ExpectColumnValuesToNotBeNull(column="tailnum", mostly=0.95),
            gx.expectations.ExpectCompoundColumnsToBeUnique(column_list=list(KEY)),
        ],
    )
    return bool(batch.validate(suite).success)


PEERS = {"duckdb": scan, "datacontract": datacontract, "great-expectations": great_expectations}


def _peak_kb() -> int:
    """This program's own peak; what getrusage says is inherited from whoever started it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def main() -> None:
    """Run one peer and print what it took."""
    name, folder = sys.argv[1:]
    began = time.monotonic()
    found = PEERS[name](folder)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in used),
        "seconds": time.monotonic() - began,
        "peak_mb": _peak_kb() / 1024,
        "found": found,
    }
    print(json.dumps(told, default=str))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
