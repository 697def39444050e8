"""From a case of a table to a view: rules are read as a contract writes them, profiles are told in short."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import yaml

from sluice.checks.periods import Grid
from sluice.checks.view import Reconciled, Reference, View
from sluice.contract.model import Contract
from sluice.contract.read import lint
from sluice.finding.model import Finding, Window
from sluice.profile.lateness import Lateness
from sluice.profile.lateness_tally import LatenessTally
from sluice.profile.model import (
    ALL,
    ArrivalCounts,
    Arrivals,
    Categories,
    ColumnProfile,
    Duplicates,
    Edges,
    Histogram,
    Numbers,
    Period,
    PeriodProfile,
    Profile,
    ReferenceCounts,
    SliceKey,
)
from sluice.profile.order import Order, Run

RULE = "the_rule"
STREAM = {
    "raw": "flights.raw",
    "eventTime": "time_hour",
    "landingPeriod": "P1D",
    "landingTimezone": "America/New_York",
    "allowedLateness": "PT18H",
    "producerHeader": "producer",
    "unknownFields": "reject",
}


def contract_of(case: Mapping[str, Any]) -> Contract:
    """A contract that has the case's rule or service level, and no other."""
    fields = {"carrier": "string", "dest": "string", "delay": "integer", "wait": "integer", "time_hour": "timestamp"}
    rules = [{"name": RULE, **rule} for rule in _listed(case.get("rule"))]
    custom = [{"vendor": "sluice", "property": "stream", "value": {**STREAM, **case.get("stream", {})}}]
    if "watch" in case:
        custom.append({"vendor": "sluice", "property": "watch", "value": case["watch"]})
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "flights",
        "name": "Flights",
        "version": case.get("version", "1.0.0"),
        "status": "draft",
        "schema": [
            {
                "name": "flight",
                "physicalName": "flights.validated",
                "logicalType": "object",
                "properties": [
                    {
                        "name": name,
                        "logicalType": kind,
                        "required": name == "time_hour",
                        "classification": "restricted" if name in case.get("classified", ()) else "public",
                    }
                    for name, kind in fields.items()
                ],
                "quality": rules,
                "customProperties": custom,
            }
        ],
        "slaProperties": _listed(case.get("level")),
    }
    reading = lint(yaml.safe_dump(document, sort_keys=False).encode(), "flights.odcs.yaml")
    assert reading.contract is not None, [str(problem) for problem in reading.problems]
    return reading.contract


def view_of(case: Mapping[str, Any]) -> View:
    """The view of a case."""
    contract = contract_of(case)
    described = contract.objects[0]
    if case.get("observe"):
        described = replace(described, quality=tuple(replace(rule, enforce=False) for rule in described.quality))
    if "told_as" in case:  # what the linter refuses, and a contract may hold nevertheless
        levels = tuple(replace(level, **_tupled(case["told_as"])) for level in contract.service_levels)
        contract = replace(contract, service_levels=levels)
    stream = described.stream
    assert stream is not None
    grid = Grid.of(stream.landing_period, stream.landing_timezone)
    period = grid.period(str(case.get("period", "2013-02-08")))
    profiles = {
        label: _period_profile(grid.period(label), told)
        for key, told in case.get("periods", {}).items()
        for label in _labels(str(key))
    }
    references = {RULE: _reference(case["reference"], grid)} if "reference" in case else {}
    closed = {label for key in case.get("closed", ()) for label in _labels(str(key))}
    return View(
        contract=contract,
        object=described,
        grid=grid,
        period=period,
        as_of=_instant(case["as_of"]) if "as_of" in case else period.end + timedelta(days=1),
        profiles=profiles,
        closed=frozenset(closed),
        revision=case.get("revision", 1),
        ready_at=_instant(case["ready_at"]) if "ready_at" in case else None,
        withheld=case.get("withheld", ""),
        backfill=case.get("backfill", False),
        activation=_instant(case["activation"]) if "activation" in case else None,
        available={str(label): _instant(at) for label, at in case.get("available", {}).items()},
        arrivals=Arrivals(hours={_instant(at): ArrivalCounts(**told) for at, told in _hours(case)}),
        references=references,
        reconciled={RULE: Reconciled(**_tupled(case["ledger"]))} if "ledger" in case else {},
        oldest=grid.period(str(case["oldest"])) if "oldest" in case else None,
        erased=frozenset(str(label) for label in case.get("erased", ())),
    )


def shown(finding: Finding, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a finding that the case tells, in its form."""
    return {name: _plain(getattr(finding, name), wanted[name]) for name in wanted}


def _plain(value: Any, wanted: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%MZ}"
    if isinstance(value, Window):
        return [f"{value.start:%Y-%m-%dT%H:%MZ}", f"{value.end:%Y-%m-%dT%H:%MZ}"]
    if isinstance(value, tuple):
        return dict(value) if isinstance(wanted, dict) else [_told(each) for each in value]
    return value


def _told(each: Any) -> Any:
    return dict(each) if isinstance(each, tuple) else getattr(each, "place", each)  # a segment, evidence, or text


def _listed(node: Any) -> list[Any]:
    return [] if node is None else node if isinstance(node, list) else [node]


def _labels(key: str) -> Iterator[str]:
    """``2013-02-01..2013-02-07`` is each day of them."""
    first, _, last = key.partition("..")
    if not last:
        yield first
        return
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day.isoformat()
        day += timedelta(days=1)


def _instant(told: Any) -> datetime:
    found = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _hours(case: Mapping[str, Any]) -> Iterator[tuple[datetime, Any]]:
    """``hours`` of a span hold each so many."""
    for told in case.get("arrivals", ()):
        start = _instant(told["from"])
        counts = {name: number for name, number in told.items() if name not in {"from", "hours"}}
        for hour in range(told.get("hours", 1)):
            yield start + timedelta(hours=hour), counts


def _period_profile(period: Period, told: Mapping[str, Any]) -> PeriodProfile:
    slices = {ALL: _profile(told)} if "rows" in told else {}
    for each in told.get("segments", ()):
        slices[SliceKey(segment=tuple(each["by"].items()))] = _profile(each)
    for name, each in told.get("producers", {}).items():
        slices[SliceKey(producer=name)] = _profile(each)
    return PeriodProfile(
        contract="flights",
        version=told.get("version", "1.0.0"),
        object="flight",
        period=period,
        slices=slices,
        duplicates={tuple(each.pop("key")): Duplicates(**each) for each in map(dict, told.get("duplicates", ()))},
        histograms={RULE: _histogram(told["histogram"])} if "histogram" in told else {},
        references={RULE: ReferenceCounts(**told["known"])} if "known" in told else {},
        scalars={RULE: told["scalar"]} if "scalar" in told else {},
    )


def _profile(told: Mapping[str, Any]) -> Profile:
    rows = told["rows"]
    instants = {
        name: _instant(told[name]) for name in ("event_credible", "appended_last", "landed_last") if name in told
    }
    return Profile(
        rows=rows,
        columns={name: _column(rows, each) for name, each in told.get("columns", {}).items()},
        lateness={pair: lateness(each) for pair, each in told.get("lateness", {}).items()},
        counted={RULE: told["counted"]} if "counted" in told else {},
        **instants,
    )


def _column(rows: int, told: Mapping[str, Any]) -> ColumnProfile:
    counts = {name: told[name] for name in ("nulls", "absent", "unfit", "missing") if name in told}
    held = told.get("rows", rows)
    numbers = None
    if "mean" in told:
        count = held - told.get("nulls", 0)
        numbers = Numbers(count=count, mean=told["mean"], m2=told.get("deviation", 0) ** 2 * (count - 1))
    runs = tuple(Run(**run) for run in told.get("runs", ()))
    return ColumnProfile(rows=held, numbers=numbers, order=Order(runs=runs) if runs else None, **counts)


def lateness(told: list[list[float]]) -> Lateness:
    """Pairs of seconds and how many rows are so late."""
    tally = LatenessTally()
    tally.add(np.repeat([float(seconds) for seconds, _ in told], [int(count) for _, count in told]))
    return tally.lateness()


def _histogram(told: Mapping[str, Any]) -> Histogram:
    if "values" in told:
        return Histogram(edges=Categories(values=tuple(told["values"])), counts=tuple(told["counts"]))
    cuts = tuple(float(cut) for cut in told.get("cuts", range(1, len(told["counts"]))))
    low, high = (cuts[0] - 1, cuts[-1] + 1)
    edges = Edges(cuts=cuts, low=low, high=high, mean=(low + high) / 2, deviation=told.get("deviation", 1.0))
    return Histogram(edges=edges, counts=tuple(told["counts"]), nulls=told.get("nulls", 0))


def _reference(told: Mapping[str, Any], grid: Grid) -> Reference:
    first, last = (grid.period(label) for label in told["window"].split(".."))
    return Reference(histogram=_histogram(told), window=Window(start=first.start, end=last.end))


def _tupled(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
