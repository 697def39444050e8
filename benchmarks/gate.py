"""What a verdict costs beside parsing alone: the gate on real flights, alternating with its neighbours in one run."""

import argparse
import gzip
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import orjson

from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.envelope.dead_letter import verdict_fields
from sluice.verdict.gate import Gate
from sluice.verdict.load import load_gate
from sluice.verdict.model import Invalid, Record

ROOT = Path(__file__).parents[1]
CONTRACT = ROOT / "contracts" / "travel" / "flights.odcs.yaml"
FLIGHTS = ROOT / "demo" / "data" / "flights-2013-02.ndjson.gz"
THREE_FAULTS = {"day": 55, "origin": "XXX", "dest": "x"}


def main() -> None:
    """Measure and print one Markdown table; each row's time is the median over the rounds, per record."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15, help="alternating rounds (default 15)")
    options.add_argument("--records", type=int, default=5000, help="records a round (default 5000)")
    asked = options.parse_args()
    gate, schema = _gate()
    lines = gzip.decompress(FLIGHTS.read_bytes()).splitlines()[: asked.records]
    valid = [line for line in lines if gate.accepts(line, None)]
    broken = [orjson.dumps(orjson.loads(line) | THREE_FAULTS) for line in valid[: asked.records // 5]]
    print(_table(_measured(_cases(gate, schema, valid, broken), asked.rounds)))  # noqa: T201 - the result


def _gate() -> tuple[Gate, dict[str, Any]]:
    contract = parse(CONTRACT.read_bytes(), CONTRACT.name)
    if not isinstance(contract, Contract):
        raise SystemExit("\n".join(str(problem) for problem in contract))
    schema = rules_schema(contract, contract.objects[0])
    return load_gate(canonical(schema), "flights.raw-contract"), schema


Case = tuple[str, Callable[[bytes], object], list[bytes]]


def _cases(gate: Gate, schema: dict[str, Any], valid: list[bytes], broken: list[bytes]) -> list[Case]:
    rust = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    python = jsonschema.Draft7Validator(schema)
    accepts = gate.accepts

    def explained(value: bytes) -> None:
        verdict = gate.judge(Record(topic="flights.raw", value=value))
        assert isinstance(verdict, Invalid)  # noqa: S101 - a benchmark of the wrong thing is worse than none
        assert verdict.total == len(THREE_FAULTS)  # noqa: S101 - as above

    def enveloped(value: bytes) -> None:
        verdict = gate.judge(Record(topic="flights.raw", value=value))
        assert isinstance(verdict, Invalid)  # noqa: S101 - as above
        verdict_fields(verdict, value)

    return [
        ("`orjson.loads`", orjson.loads, valid),
        ("**the gate, a valid record** (with its rule)", lambda value: accepts(value, None), valid),
        ("`orjson.loads` + `jsonschema-rs`, no rule", lambda value: rust.is_valid(orjson.loads(value)), valid),
        ("`orjson.loads` + `jsonschema`, no rule", lambda value: python.is_valid(orjson.loads(value)), valid[:300]),
        ("**the gate, a record with three violations**, explained", explained, broken),
        ("the same with its dead letter's fields", enveloped, broken),
    ]


def _measured(cases: list[Case], rounds: int) -> list[tuple[str, list[float]]]:
    times: dict[str, list[float]] = {name: [] for name, _, _ in cases}
    for _ in range(rounds):
        for name, run, values in cases:
            start = time.perf_counter()
            for value in values:
                run(value)
            times[name].append((time.perf_counter() - start) / len(values) * 1e6)
    return list(times.items())


def _table(measured: list[tuple[str, list[float]]]) -> str:
    base = statistics.median(measured[0][1])
    rows = ["| case | us a record (median) | least to most | times `orjson.loads` |", "|---|---|---|---|"]
    for name, times in measured:
        middle = statistics.median(times)
        rows.append(f"| {name} | {middle:.2f} | {min(times):.2f} to {max(times):.2f} | {middle / base:.2f} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
