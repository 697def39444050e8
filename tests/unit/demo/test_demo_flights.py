"""The flights as they are replayed: complete, in order, at their moments, and as imperfect as they are."""

from datetime import UTC, datetime
from itertools import pairwise

import orjson
import pytest

from demo.flights import Emitted, emission, in_order, read_flights
from demo.topics import Enforced, read_contract
from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.verdict.load import load_gate
from sluice.verdict.model import Invalid, Record


@pytest.fixture(scope="module")
def flights() -> tuple[Emitted, ...]:
    return read_flights()


@pytest.fixture(scope="module")
def contract() -> Enforced:
    return read_contract()


def line(minute: int, delay: int | None, flight: int = 1) -> bytes:
    return orjson.dumps(
        {
            "year": 2013,
            "month": 2,
            "day": 1,
            "carrier": "UA",
            "flight": flight,
            "time_hour": "2013-02-01T10:00:00Z",
            "minute": minute,
            "dep_delay": delay,
        }
    )


@pytest.mark.parametrize(
    ("minute", "delay", "moment"),
    [
        (25, None, datetime(2013, 2, 1, 10, 25, tzinfo=UTC)),
        (25, 0, datetime(2013, 2, 1, 10, 25, tzinfo=UTC)),
        (0, -5, datetime(2013, 2, 1, 9, 55, tzinfo=UTC)),
        (59, 853, datetime(2013, 2, 2, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_flight_is_emitted_at_its_schedule_plus_its_delay(minute: int, delay: int | None, moment: datetime) -> None:
    assert emission(orjson.loads(line(minute, delay))) == moment


def test_flights_are_ordered_by_emission_and_ties_keep_the_files_order() -> None:
    ordered = in_order([line(30, 0, flight=1), line(10, 5, flight=2), line(15, None, flight=3)])
    assert [flight.key for flight in ordered] == [b"2013-02-01/UA/2", b"2013-02-01/UA/3", b"2013-02-01/UA/1"]


def test_every_flight_of_the_month_is_there_once_under_a_key_of_its_own(flights: tuple[Emitted, ...]) -> None:
    assert len(flights) == 24_951
    assert len({flight.key for flight in flights}) == len(flights)
    assert all(one.emitted <= other.emitted for one, other in pairwise(flights))


def test_the_values_are_the_lines_of_the_file_and_their_moments_lie_in_the_month(flights: tuple[Emitted, ...]) -> None:
    assert all(flight.value.startswith(b'{"year":2013,"month":2,') and flight.value[-1:] == b"}" for flight in flights)
    assert flights[0].emitted_ms == 1_359_712_560_000
    assert datetime(2013, 3, 2, tzinfo=UTC) > flights[-1].emitted > datetime(2013, 3, 1, tzinfo=UTC)


def test_sixty_seven_of_them_break_the_contract(flights: tuple[Emitted, ...], contract: Enforced) -> None:
    parsed = parse(contract.path.read_bytes(), str(contract.path))
    assert isinstance(parsed, Contract)
    gate = load_gate(canonical(rules_schema(parsed, parsed.objects[0])), "flights.raw-contract")
    broken: dict[str, int] = {}
    for flight in flights:
        verdict = gate.judge(Record(topic=contract.route.raw, value=flight.value, key=flight.key))
        if isinstance(verdict, Invalid):
            rules = "+".join(violation.rule for violation in verdict.violations)
            broken[rules] = broken.get(rules, 0) + 1
    assert sorted(broken.values()) == [1, 3, 14, 49]
    assert broken["arrival_knows_its_delay"] == 49
