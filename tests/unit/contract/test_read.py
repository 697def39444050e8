"""A file becomes a contract, or all its problems."""

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.contract.estate import lint_all
from sluice.contract.model import Contract, LogicalType, Presence
from sluice.contract.read import lint, parse
from sluice.contract.stream import Compatibility, Enforce, ProducerEnforcement, Tombstones, TopicSettings, UnknownFields
from sluice.problem import Problem, Severity

ROOT = Path(__file__).parents[3]
FLIGHTS = (ROOT / "contracts/travel/flights.odcs.yaml").read_bytes()
PLANES = (ROOT / "contracts/travel/planes.odcs.yaml").read_bytes()

SMALL = """
apiVersion: v3.2.0
kind: DataContract
id: small
version: 1.0.0
schema:
  - name: thing
    properties:
      - {name: a, logicalType: string, required: true}
      - {name: b, logicalType: string, customProperties: [{vendor: sluice, property: presence, value: nullable}]}
      - {name: c, logicalType: string, customProperties: [{vendor: sluice, property: enforce, value: observe}]}
      - name: d
        logicalType: map
        map: {key: {logicalType: string}, value: {logicalType: array, items: {logicalType: integer}}}
      - {name: k2, logicalType: string, required: true, primaryKey: true}
      - {name: k1, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
    customProperties:
      - vendor: sluice
        property: stream
        value:
          raw: things
          unknownFields: warn
          compatibility: NONE
          tombstones: pass
          producerHeader: producer
          enforce: {default: on, producers: {shop: observe}}
          topics: {partitions: 3, retention: P7D, cleanupPolicy: delete, maxMessageBytes: 2048}
customProperties:
  - {vendor: sluice, property: producers, value: [{name: shop, principal: "User:shop"}]}
  - {vendor: sluice, property: owners, value: {principal: "User:owners"}}
  - {vendor: sluice, property: consumers, value: [{name: c, uses: [thing.a], principal: "User:c"}]}
""".encode()  # noqa: UP012 - a literal of bytes may hold no character beyond ASCII


def contract_of(text: bytes) -> Contract:
    contract = parse(text, "file.odcs.yaml")
    assert isinstance(contract, Contract), "\n".join(map(str, contract))
    return contract


def test_the_flights_are_read_as_they_are_written() -> None:
    contract = contract_of(FLIGHTS)
    flight = contract.objects[0]
    fields = {field.name: field for field in flight.fields}

    assert (contract.id, contract.version, contract.domain, contract.team) == (
        "flights",
        "1.0.0",
        "travel",
        "departure-control",
    )
    assert len(flight.fields) == 19
    assert fields["year"].logical_type is LogicalType.INTEGER
    assert (fields["year"].options.minimum, fields["year"].options.maximum) == (1987, 2100)
    assert fields["origin"].enum == ("EWR", "JFK", "LGA")
    assert fields["tailnum"].classification == "restricted"
    assert (fields["year"].presence, fields["tailnum"].presence) == (Presence.VALUE, Presence.OPTIONAL)
    assert [field.name for field in flight.fields if field.primary_key_position] == [
        "year",
        "month",
        "day",
        "carrier",
        "flight",
    ]
    assert [rule.id for rule in flight.rules] == ["arrival_knows_its_delay"]
    assert contract.production_use
    assert [level.property for level in contract.service_levels][:2] == ["latency", "frequency"]
    assert [consumer.name for consumer in contract.consumers] == ["delay-prediction", "punctuality-report"]


def test_the_stream_of_the_flights() -> None:
    stream = contract_of(FLIGHTS).objects[0].stream

    assert stream is not None
    assert (stream.raw, stream.validated, stream.dead_letter, stream.parking) == (
        "flights.raw",
        "flights.validated",
        "flights.dead-letter",
        "flights.parking",
    )
    assert stream.event_time == "time_hour"
    assert stream.unknown_fields is UnknownFields.REJECT
    assert stream.compatibility is Compatibility.BACKWARD_TRANSITIVE


def test_every_key_of_the_profile_reaches_the_model() -> None:
    contract = contract_of(SMALL)
    thing = contract.objects[0]
    stream = thing.stream
    fields = {field.name: field for field in thing.fields}

    assert stream is not None
    assert (stream.raw, stream.validated, stream.dead_letter) == ("things", "thing", "thing.dead-letter")
    assert stream.enforce is Enforce.ON
    assert stream.enforce_producers == (ProducerEnforcement(producer="shop", enforce=Enforce.OBSERVE),)
    assert stream.tombstones is Tombstones.PASS
    assert stream.topics == TopicSettings(
        partitions=3, retention_ms=7 * 86_400_000, cleanup_policy="delete", max_message_bytes=2048
    )
    assert fields["b"].presence is Presence.NULLABLE
    assert fields["c"].enforce is Enforce.OBSERVE
    assert fields["d"].map_value is not None
    assert fields["d"].map_value.items is not None
    assert fields["d"].map_value.items.logical_type is LogicalType.INTEGER
    assert (fields["k1"].primary_key_position, fields["k2"].primary_key_position) == (1, 2)
    assert contract.producers == ("User:shop",)
    assert contract.owner_principal == "User:owners"
    assert contract.consumers[0].principal == "User:c"


def test_an_object_without_stream_is_not_streamed() -> None:
    text = SMALL.replace(b"property: stream", b"property: strea").replace(b"vendor: sluice\n", b"vendor: other\n")

    assert contract_of(text).objects[0].stream is None


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    wrong = SMALL.replace(b"version: 1.0.0", b"version: one").replace(b"raw: things", b"row: things")
    wrong = wrong.replace(b"uses: [thing.a]", b"uses: [thing.z]")

    problems = parse(wrong, "file.odcs.yaml")

    assert isinstance(problems, tuple)
    assert [problem.code for problem in problems] == ["version-form", "unknown-key", "consumer-uses-unknown"]


def test_a_warning_refuses_nothing() -> None:
    reading = lint(FLIGHTS.replace(b"unknownFields: reject", b"unknownFields: allow"), "f")

    assert reading.contract is not None
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]


def test_reading_twice_says_the_same() -> None:
    assert parse(FLIGHTS, "f") == parse(FLIGHTS, "f")


@pytest.mark.parametrize("text", [FLIGHTS, SMALL], ids=["flights", "small"])
def test_no_cut_makes_a_traceback(text: bytes) -> None:
    for end in range(0, len(text), max(1, len(text) // 40)):
        lint(text[:end], "f")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32), changes=st.integers(min_value=1, max_value=6))
def test_no_mutation_makes_a_traceback(seed: int, changes: int) -> None:
    choice = random.Random(seed)  # noqa: S311 - mutations need no secrecy
    lines = FLIGHTS.split(b"\n")
    for _ in range(changes):
        lines = mutated(lines, choice)

    reading = lint(b"\n".join(lines), "f")

    assert isinstance(reading.contract, Contract) or any(one.severity is Severity.ERROR for one in reading.problems)
    assert all(problem.place.line >= 1 and problem.place.column >= 1 for problem in reading.problems)


def mutated(lines: list[bytes], choice: random.Random) -> list[bytes]:
    at = choice.randrange(len(lines))
    line = lines[at]
    match choice.randrange(7):
        case 0:
            return lines[:at] + lines[at + 1 :]
        case 1:
            return [*lines[:at], line, *lines[at:]]
        case 2:
            return [*lines[:at], b"  " + line, *lines[at + 1 :]]
        case 3:
            words = line.split(b" ")
            choice.shuffle(words)
            return [*lines[:at], b" ".join(words), *lines[at + 1 :]]
        case 4:
            odd = choice.choice([b"[]", b"{}", b"null", b"-1", b"'", b"1e400", b"\xff", b"\t", b"*a", b"true", b"[{}]"])
            key, colon, _ = line.partition(b":")
            return [*lines[:at], key + colon + b" " + odd, *lines[at + 1 :]]
        case 5:
            cut = choice.randrange(len(line) + 1)
            return [*lines[:at], line[:cut], *lines[at + 1 :]]
        case _:
            old = choice.choice([b"string", b"integer", b"value", b"name", b"true", b"flight", b"required", b": "])
            new = choice.choice([b"array", b"object", b"map", b"7", b"null", b"[a]", b"{b: c}", b"\xc3\xbc"])
            return [*lines[:at], line.replace(old, new), *lines[at + 1 :]]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "vendor", "property", "logicalType", "x", ""]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32), values=st.lists(JSON, min_size=1, max_size=3))
def test_no_value_in_any_place_makes_a_traceback(seed: int, values: list[object]) -> None:
    choice = random.Random(seed)  # noqa: S311 - mutations need no secrecy
    document = yaml.safe_load(choice.choice([FLIGHTS, SMALL]).decode())
    for value in values:
        put_somewhere(document, value, choice)

    lint(yaml.safe_dump(document, allow_unicode=True).encode(errors="replace"), "f")


def put_somewhere(document: dict[str, object], value: object, choice: random.Random) -> None:
    """Walk down at random and put the value where the walk ends."""
    node: dict[str, object] | list[object] = document
    while True:
        step = choice.choice(list(node)) if isinstance(node, dict) else choice.randrange(len(node))
        below = node[step]  # type: ignore[index] # the step was taken from this node
        if not isinstance(below, dict | list) or not below or choice.random() < 0.1:
            node[step] = value  # type: ignore[index] # as above
            return
        node = below


def test_two_contracts_that_claim_one_topic() -> None:
    thief = PLANES.replace(b"physicalName: planes.validated", b"physicalName: flights.validated")

    first, second = lint_all({"flights.odcs.yaml": FLIGHTS, "thief.odcs.yaml": thief})

    assert first.contract is not None
    assert second.contract is None
    assert {problem.code for problem in second.problems} == {"topic-claimed-twice"}
    assert "flights.odcs.yaml" in second.problems[0].message


@pytest.mark.parametrize(("contract", "described"), [("planes_fleet", "plane"), ("Planes.fleet", "Plane")])
def test_two_contracts_whose_rows_would_be_published_in_one_table(contract: str, described: str) -> None:
    def streams(contract: str, described: str, topic: str) -> bytes:
        stream = "[{vendor: sluice, property: stream, value: {eventTime: at}}]"
        field = "{name: at, logicalType: timestamp, required: true}"
        return (
            f"apiVersion: v3.2.0\nkind: DataContract\nid: {contract}\nversion: 1.0.0\nstatus: active\nschema:\n"
            f"  - {{name: {described}, physicalName: {topic}, properties: [{field}], customProperties: {stream}}}\n"
        ).encode()

    one, other = streams("planes", "fleet_plane", "planes.ok"), streams(contract, described, "fleet.ok")

    first, second = lint_all({"planes.odcs.yaml": one, "fleet.odcs.yaml": other})

    assert first.contract is not None
    (told,) = [problem for problem in second.problems if problem.code == "table-claimed-twice"]
    assert "'planes'" in told.message
    assert f"'{contract}'" in told.message
    assert "planes.odcs.yaml, line" in told.message
    assert (told.place.file, second.contract) == ("fleet.odcs.yaml", None)


def test_two_contracts_of_one_id_are_told_once() -> None:
    _, copy = lint_all({"a.odcs.yaml": FLIGHTS, "b.odcs.yaml": FLIGHTS})

    assert [problem.code for problem in copy.problems] == ["id-claimed-twice"]


def test_a_reference_into_another_contract_is_followed() -> None:
    wrong = FLIGHTS.replace(b"references: planes.plane.tailnum", b"references: planes.plane.tail")

    alone = lint_all({"flights.odcs.yaml": wrong})
    together, _ = lint_all({"flights.odcs.yaml": wrong, "planes.odcs.yaml": PLANES})

    assert alone[0].problems == ()
    assert [problem.code for problem in together.problems] == ["reference-unknown"]
    assert together.problems[0].way_out == "did you mean 'plane.tailnum'?"


def test_a_problem_says_its_place_first() -> None:
    problem = lint(FLIGHTS.replace(b"tombstones:", b"tombstone:"), "contracts/flights.odcs.yaml").problems[0]

    assert isinstance(problem, Problem)
    assert str(problem) == (
        "contracts/flights.odcs.yaml:117:11: unknown key 'tombstone' in custom property 'stream';"
        " did you mean 'tombstones'? [unknown-key]"
    )


BASE = (ROOT / "tests/conformance/lint/base.odcs.yaml").read_text()


@pytest.mark.parametrize(
    ("line", "number", "code"),
    [
        ("      - {{name: f{n}, logicalType: string}}\n", 5_000, "too-many-fields"),
        ("      - {{name: f{n}, logicalType: strng}}\n", 300, "not-one-of"),
        ("      - {{name: f, logicalType: string}}\n", 300, "field-twice"),
    ],
)
def test_a_large_contract_is_told_within_bounds(line: str, number: int, code: str) -> None:
    fields = "".join(line.format(n=n) for n in range(number))
    text = BASE.replace("    customProperties:", f"{fields}    customProperties:")

    problems = lint(text.encode(), "large.odcs.yaml").problems

    assert len(problems) <= 201
    assert code in {problem.code for problem in problems}


def test_the_end_of_a_long_list_says_that_it_is_none() -> None:
    text = BASE + "".join(f"k{n}: 1\n" for n in range(260))

    reading = lint(text.encode(), "long.odcs.yaml")

    assert len(reading.problems) == 201
    assert (reading.problems[-1].code, reading.problems[-1].message) == (
        "more-problems",
        "at least 60 further problems are not shown",
    )


def test_no_more_rules_than_a_record_can_bear() -> None:
    rules = "".join(
        f"      - {{name: r{n}, type: custom, engine: cel, implementation: this.amount > {n}.0}}\n" for n in range(501)
    )
    text = BASE.replace("    customProperties:", f"    quality:\n{rules}    customProperties:")

    assert [problem.code for problem in lint(text.encode(), "f").problems] == ["too-many-rules"]
