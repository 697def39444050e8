"""What is written on the wire beside a record."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.envelope.dead_letter import SEPARATOR, VIOLATIONS_BYTES_MAX, verdict_fields
from sluice.envelope.fingerprint import fingerprint
from sluice.envelope.header import contract_name, header_start, parse_header
from sluice.envelope.names import COORDINATE_HEADERS, DEAD_LETTER_HEADERS, PREFIX, VERDICT_HEADERS
from sluice.verdict.model import ContractVersion, Invalid, Stage, Violation

FLIGHTS = ContractVersion(id="flights", version="1.0.0")


def invalid(*violations: Violation, total: int = 0) -> Invalid:
    return Invalid(contract=FLIGHTS, stage=Stage.SCHEMA, code="SCHEMA_VIOLATION", violations=violations, total=total)


def violation(pointer: str = "/a", rule: str = "a.type", expected: str = "text") -> Violation:
    return Violation(rule=rule, pointer=pointer, keyword="type", expected=expected)


def fields_of(text: str) -> dict[str, str]:
    return dict(zip(VERDICT_HEADERS, text.split(SEPARATOR), strict=True))


@given(
    id=st.text(min_size=1),
    version=st.text(min_size=1),
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
)
def test_the_contract_header_reads_back(id: str, version: str, partition: int, offset: int) -> None:  # noqa: A002 - the contract's word
    contract = ContractVersion(
        id=id.encode("utf-8", "replace").decode(), version=version.encode("utf-8", "replace").decode()
    )
    written = f"{header_start(contract_name(contract), 'control')}{partition};o={offset};j=17".encode()
    judged = parse_header(written)
    assert judged is not None
    assert (judged.contract, judged.verdict) == (contract, "control")
    assert (judged.partition, judged.offset, judged.judged_at_ms) == (partition, offset, 17)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"\xff",
        b"",
        b"v=1",
        b"v=2;c=a/1;t=valid;p=0;o=0;j=0",
        b"v=1;c=a/1;t=valid;p=0;o=0;j=0;x=1",
        b"v=1;c=\xff/1;t=valid;p=0;o=0;j=0",
    ],
)
def test_a_header_of_another_grammar_is_none(value: bytes | None) -> None:
    assert parse_header(value) is None


def test_every_name_has_the_prefix_and_stands_once() -> None:
    assert len(set(DEAD_LETTER_HEADERS)) == len(VERDICT_HEADERS) + len(COORDINATE_HEADERS)
    assert all(name.startswith(PREFIX) for name in DEAD_LETTER_HEADERS)


def test_the_fields_stand_in_the_order_of_the_names() -> None:
    fields = fields_of(verdict_fields(invalid(violation()), b"{}"))
    assert fields["__contract.id"] == "flights"
    assert fields["__contract.stage"] == "schema"
    assert fields["__contract.violations.total"] == "1"
    assert fields["__contract.violations.truncated"] == "false"
    assert json.loads(fields["__contract.violations"]) == [
        {"rule": "a.type", "pointer": "/a", "keyword": "type", "expected": "text", "actual": None, "severity": "error"}
    ]
    assert fields["__contract.value-sha256"] == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_tombstone_has_no_digest() -> None:
    assert fields_of(verdict_fields(invalid(), None))["__contract.value-sha256"] == ""


def test_violations_are_lost_from_the_end_and_counted() -> None:
    many = tuple(violation(f"/a/{number}", expected="x" * 200) for number in range(50))
    fields = fields_of(verdict_fields(invalid(*many, total=70), b"", violations_bytes_max=1000))
    told = json.loads(fields["__contract.violations"])
    assert [one["pointer"] for one in told] == ["/a/0", "/a/1", "/a/2"]
    assert (fields["__contract.violations.total"], fields["__contract.violations.truncated"]) == ("70", "true")
    assert len(fields["__contract.violations"]) <= 1000


def test_without_room_there_are_no_violations() -> None:
    fields = fields_of(verdict_fields(invalid(violation()), b"", violations_bytes_max=0))
    assert (fields["__contract.violations"], fields["__contract.violations.truncated"]) == ("[]", "true")


def test_violations_never_take_more_than_their_cap() -> None:
    many = tuple(violation(expected="x" * 4000) for _ in range(50))
    text = fields_of(verdict_fields(invalid(*many), b""))["__contract.violations"]
    assert len(text) <= VIOLATIONS_BYTES_MAX


def test_a_separator_within_a_value_forges_no_field() -> None:
    fields = fields_of(verdict_fields(invalid(violation(expected=f"a{SEPARATOR}b")), b""))
    assert json.loads(fields["__contract.violations"])[0]["expected"] == "a\x1fb"


def test_a_fingerprint_is_the_same_for_every_element_of_an_array() -> None:
    assert fingerprint(invalid(violation("/lines/0/n"))) == fingerprint(invalid(violation("/lines/7/n")))
    assert fingerprint(invalid(violation("/lines/0/n"))) != fingerprint(invalid(violation("/lines/0/m")))
    assert fingerprint(invalid(violation(), violation())) == fingerprint(invalid(violation()))
