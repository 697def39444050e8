"""The computed columns of the job: which topic a record goes to, and which headers it gets.

``told`` is the judge's answer: NULL for a record that is valid by the pinned version; else the start of the
``__contract`` header; for a failed record followed, after separators, by the values of VERDICT_HEADERS.
"""

from collections.abc import Sequence
from typing import Final

from sluice.envelope.dead_letter import SEPARATOR
from sluice.envelope.header import contract_name, header_start
from sluice.envelope.names import CONTRACT_HEADER, COORDINATE_HEADERS, ENVELOPE_VERSION, VERDICT_HEADERS
from validator.route import Route
from validator.sql import by_topic, bytes_of, encoded, epoch_ms, number, text

US: Final = f"CHR({ord(SEPARATOR)})"
FAILED: Final = f"(told IS NOT NULL AND LOCATE({US}, told) > 0)"
NOW_MS: Final = number(epoch_ms("CURRENT_TIMESTAMP"))
PARTITION: Final = number("`partition`")
OFFSET: Final = number("`offset`")
FIRST_ATTEMPT: Final = "1"
PRODUCER_CHARACTERS_MAX: Final = 256


def target_topic(routes: Sequence[Route]) -> str:
    """The validated or the dead-letter topic of the record's raw topic."""
    letters = by_topic({route.raw: text(route.dead_letter) for route in routes})
    passed = by_topic({route.raw: text(route.validated) for route in routes})
    return f"CASE WHEN {FAILED} THEN {letters} ELSE {passed} END"


def contract_header(routes: Sequence[Route], *, reload: bool) -> str:
    """The value of ``__contract`` as bytes; with ``reload`` every answer names its version, else NULL is pinned."""
    told = f"SPLIT_INDEX(told, {US}, 0)"
    pinned = by_topic({route.raw: text(header_start(contract_name(route.contract), "valid")) for route in routes})
    start = told if reload else f"CASE WHEN told IS NULL THEN {pinned} ELSE {told} END"
    return encoded(f"CONCAT({start}, {PARTITION}, ';o=', {OFFSET}, ';j=', {NOW_MS})")


def headers(routes: Sequence[Route], cluster: str, *, reload: bool) -> str:
    """The original headers with ours over them: all names of the envelope on a failed record, one on any other."""
    contract = {CONTRACT_HEADER: contract_header(routes, reload=reload)}
    verdict = {name: encoded(f"SPLIT_INDEX(told, {US}, {at})") for at, name in enumerate(VERDICT_HEADERS, start=1)}
    letter = contract | verdict | _coordinates(routes, cluster)
    return f"CASE WHEN {FAILED} THEN MAP_UNION(headers, {_map(letter)}) ELSE MAP_UNION(headers, {_map(contract)}) END"


def appended() -> str:
    """The record's own time, or NULL, which stands for the time of writing, where Kafka's client would refuse it.

    The broker takes -1 (no time) and times before 1970 of those who write them; the Java client throws on them, and the
    job would stop at such a record, and again after each restart.
    """
    return "CASE WHEN ts >= TO_TIMESTAMP_LTZ(0, 3) THEN ts END"


def producer(routes: Sequence[Route]) -> str:
    """The header that names the producing application, NULL for contracts that name none."""
    named = {route.raw: route.producer_header for route in routes if route.producer_header}
    if not named:
        return "CAST(NULL AS BYTES)"
    if len(named) == len(routes):
        return by_topic({raw: f"headers[{text(header)}]" for raw, header in named.items()})
    whens = " ".join(f"WHEN {text(raw)} THEN headers[{text(header)}]" for raw, header in named.items())
    return f"CASE topic {whens} END"


def _coordinates(routes: Sequence[Route], cluster: str) -> dict[str, str]:
    """What the record's place tells. Nothing replays yet, so each attempt is the first and its own origin."""
    topic = encoded("topic")
    now = encoded(NOW_MS)
    values = {
        "__contract.source.topic": topic,
        "__contract.source.partition": encoded(PARTITION),
        "__contract.source.offset": encoded(OFFSET),
        "__contract.source.timestamp": encoded(number(epoch_ms("ts"))),
        "__contract.origin.topic": topic,
        "__contract.origin.partition": encoded(PARTITION),
        "__contract.origin.offset": encoded(OFFSET),
        "__contract.first-seen": now,
        "__contract.failed-at": now,
        "__contract.attempt": bytes_of(FIRST_ATTEMPT),
        "__contract.replay.id": bytes_of(""),
        "__contract.record-id": encoded(
            f"SHA256(CONCAT({text(f'{cluster}|')}, topic, '|', {PARTITION}, '|', {OFFSET}))"
        ),
        "__contract.producer": f"COALESCE({_bounded(producer(routes))}, {bytes_of('')})",
        "__contract.envelope": bytes_of(ENVELOPE_VERSION),
    }
    return {name: values[name] for name in COORDINATE_HEADERS}


def _bounded(header: str) -> str:
    """The beginning of a header that somebody else wrote, as UTF-8: whole, it could double a record's size."""
    return encoded(f"SUBSTRING(DECODE({header}, 'UTF-8'), 1, {PRODUCER_CHARACTERS_MAX})")


def _map(pairs: dict[str, str]) -> str:
    """A MAP<STRING, BYTES>: keys are cast here, once as constants, and not as a whole map for each record."""
    return "MAP[" + ", ".join(f"CAST({text(name)} AS STRING), {value}" for name, value in pairs.items()) + "]"
