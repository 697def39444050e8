"""The judge answers every record with text that the statement can split, and counts what it answered."""

from collections.abc import Callable
from types import SimpleNamespace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.envelope.dead_letter import SEPARATOR
from sluice.envelope.names import VERDICT_HEADERS
from sluice.verdict.annotation import NotAContract
from sluice.verdict.model import ContractVersion, Invalid, Stage, Valid, Violation
from tests.unit.validator.streams import as_it_is, frozen
from validator.frozen import Frozen
from validator.judge import SAMPLE_EVERY, Judge
from validator.tally import OTHER_RULES, RULES_MAX, Tally

GOOD = b'{"id": 1}'
BAD = b'{"id": -1}'


def told(answer: str | None) -> dict[str, str]:
    """A failure's fields by header name, its start of the contract header as ``start``."""
    assert answer is not None
    start, *fields = answer.split(SEPARATOR)
    return {"start": start, **dict(zip(VERDICT_HEADERS, fields, strict=True))}


def test_a_record_that_is_valid_by_the_pinned_version_is_answered_by_nothing() -> None:
    assert Judge([frozen()]).judge("orders.raw", GOOD) is None


def test_a_judge_that_may_reload_names_the_version_of_each_record() -> None:
    assert Judge([frozen()], names_version=True).judge("orders.raw", GOOD) == "v=1;c=orders/1.0.1;t=valid;p="


def test_a_failed_record_is_answered_by_all_fields_of_the_verdict() -> None:
    fields = told(Judge([frozen()]).judge("orders.raw", BAD))
    assert fields["start"] == "v=1;c=orders/1.0.1;t=invalid;p="
    assert fields["__contract.code"] == "SCHEMA_VIOLATION"
    assert [each["rule"] for each in orjson.loads(fields["__contract.violations"])] == ["id.minimum"]


def test_a_control_record_is_answered_by_its_start() -> None:
    judge = Judge([frozen(source="cdc", encoding="plain")])
    assert judge.judge("orders.raw", b'{"op": "t"}') == "v=1;c=orders/1.0.1;t=control;p="


def test_a_tombstone_passes_where_the_contract_says_so() -> None:
    assert Judge([frozen()]).judge("orders.raw", None) is None
    assert told(Judge([frozen(tombstones="reject")]).judge("orders.raw", None))["__contract.stage"] == "wire"


def test_each_topic_is_judged_by_its_own_contract() -> None:
    judge = Judge([frozen("a"), frozen("b", tombstones="reject"), as_it_is()])
    assert judge.judge("a.raw", None) is None
    assert told(judge.judge("b.raw", None))["__contract.id"] == "b"
    assert judge.judge("clicks", b'{"id": "anything"}') is None
    assert told(judge.judge("clicks", b"{}"))["start"] == "v=1;c=clicks/7;t=invalid;p="


@given(st.one_of(st.none(), st.binary(max_size=200), st.text(max_size=50).map(str.encode)))
def test_whatever_the_bytes_the_answer_is_nothing_or_all_fields(value: bytes | None) -> None:
    answer = JUDGE.judge("orders.raw", value)
    assert answer is None or len(told(answer)) == len(VERDICT_HEADERS) + 1


def _raises(*_: object) -> bool:
    raise RecursionError


def _breaks_accepting(judge: Judge) -> None:
    judge.benches["orders.raw"].accepts = _raises


def _breaks_judging(judge: Judge) -> None:
    _judges_by(judge, _raises)


def _breaks_telling(judge: Judge) -> None:
    unsayable = Violation(rule="\ud800", pointer="", keyword="type", expected="")
    contract = judge.benches["orders.raw"].gate.contract
    verdict = Invalid(contract=contract, stage=Stage.RULE, code="RULE_VIOLATION", violations=(unsayable,))
    _judges_by(judge, lambda _: verdict)


def _judges_by(judge: Judge, judges: Callable[[object], object]) -> None:
    bench = judge.benches["orders.raw"]
    bench.gate = SimpleNamespace(judge=judges, contract=bench.gate.contract, topics=bench.gate.topics, annotation=None)  # type: ignore[assignment] # a fake


@pytest.mark.parametrize("turn", [1, 2], ids=["timed", "not timed"])
@pytest.mark.parametrize("breaks", [_breaks_accepting, _breaks_judging, _breaks_telling])
def test_a_defect_of_ours_is_a_verdict_that_says_so_and_no_exception(
    breaks: Callable[[Judge], None], turn: int
) -> None:
    told_of: list[Exception] = []
    judge = Judge([frozen()], tell=told_of.append)
    for _ in range(turn - 1):
        judge.judge("orders.raw", GOOD)
    breaks(judge)
    fields = told(judge.judge("orders.raw", BAD))
    assert (fields["__contract.stage"], fields["__contract.code"]) == ("rule", "JUDGE_FAILED")
    assert "a defect of Sluice" in fields["__contract.message"]
    tally = judge.benches["orders.raw"].tally
    assert dict(tally.invalid) == {("rule", "JUDGE_FAILED"): 1}
    assert tally.judged == turn
    assert len(told_of) == 1


def test_a_value_that_the_validated_topic_cannot_hold_is_a_dead_letter() -> None:
    small = with_limits(frozen(), value=20, letter=10_000)
    judge = Judge([small])
    assert judge.judge("orders.raw", GOOD) is None
    assert told(judge.judge("orders.raw", b'{"id":' + b" " * 20 + b"1}"))["__contract.code"] == "TOO_LARGE"


def test_a_dead_letter_that_would_be_too_large_loses_violations_first() -> None:
    value = b'{"id": -1, "city": 3}'
    roomy = told(Judge([frozen()]).judge("orders.raw", value))
    tight = told(Judge([with_limits(frozen(), value=10_000, letter=12_500)]).judge("orders.raw", value))
    assert len(orjson.loads(roomy["__contract.violations"])) == 2
    assert len(orjson.loads(tight["__contract.violations"])) == 1
    assert tight["__contract.violations.total"] == "2"
    assert tight["__contract.violations.truncated"] == "true"


def test_the_producer_decides_where_the_contract_names_producers() -> None:
    judge = Judge([frozen(producerHeader="app", enforce={"default": "on", "producers": {"new": "observe"}})])
    assert judge.judge("orders.raw", BAD, None, b"new/2.0") is None
    assert told(judge.judge("orders.raw", BAD, None, b"old/1.0"))["__contract.code"] == "SCHEMA_VIOLATION"


SEAL = b"~3f"
GUID = b"\x01" + bytes(range(16))


@given(st.binary(max_size=40), st.one_of(st.just(GUID), st.binary(max_size=30)))
def test_a_sealed_value_is_judged_as_the_value_with_its_header(value: bytes, header: bytes) -> None:
    wrapped = SEAL + str(len(header)).encode() + b":" + header + value
    assert FRAMED.judge("orders.raw", wrapped) == FRAMED.judge("orders.raw", value, header)


def test_a_sealed_record_can_be_valid_and_counts_as_one() -> None:
    judge = Judge([frozen(encoding="confluent")], seal=SEAL)
    assert judge.judge("orders.raw", SEAL + b"17:" + GUID + GOOD) is None
    assert told(judge.judge("orders.raw", GOOD))["__contract.code"] == "FRAME_MISSING"
    assert judge.benches["orders.raw"].tally.judged == 2


def test_a_value_that_only_looks_sealed_is_judged_as_it_is() -> None:
    assert told(Judge([frozen()]).judge("orders.raw", b"~3f0:{}"))["__contract.code"] == "MALFORMED_JSON"


def test_counts_are_kept_by_outcome_and_over_a_swap() -> None:
    judge = Judge([frozen()])
    for value in (GOOD, GOOD, None, BAD, b"{"):
        judge.judge("orders.raw", value)
    judge.swap([frozen(number=2)])
    judge.judge("orders.raw", GOOD)
    tally = judge.benches["orders.raw"].tally
    assert tally.judged == 6
    assert tally.accepted + tally.valid == 4
    assert dict(tally.invalid) == {("schema", "SCHEMA_VIOLATION"): 1, ("decode", "MALFORMED_JSON"): 1}


def test_a_swap_to_what_is_no_contract_changes_nothing() -> None:
    judge = Judge([frozen()])
    with pytest.raises(NotAContract):
        judge.swap([Frozen(subject="orders.raw-contract", version=2, schema_id=2, text="{}")])
    assert str(judge.benches["orders.raw"].gate.contract) == "orders/1.0.1"


def test_judging_time_is_sampled() -> None:
    judge = Judge([frozen()])
    for _ in range(3 * SAMPLE_EVERY):
        judge.judge("orders.raw", GOOD)
    tally = judge.benches["orders.raw"].tally
    assert sum(tally.seconds) == 3
    assert tally.seconds_sum > 0


def test_judging_time_is_sampled_where_nothing_is_accepted_at_once() -> None:
    judge = Judge([frozen(source="cdc")])
    for _ in range(SAMPLE_EVERY):
        judge.judge("orders.raw", b'{"op": "t"}')
    assert sum(judge.benches["orders.raw"].tally.seconds) == 1


def test_observed_rules_are_bounded_labels() -> None:
    tally = Tally()
    for number in range(RULES_MAX + 50):
        violation = Violation(rule=f"f{number}.type", pointer="", keyword="type", expected="")
        tally.count(Valid(contract=ContractVersion(id="a", version="1"), observed=(violation,)))
    assert len(tally.observed) == RULES_MAX + 1
    assert tally.observed[OTHER_RULES] == 50


def with_limits(contract: Frozen, *, value: int, letter: int) -> Frozen:
    import msgspec  # noqa: PLC0415 - for this helper alone

    return msgspec.structs.replace(contract, value_bytes_max=value, letter_bytes_max=letter)


JUDGE = Judge([frozen()])
FRAMED = Judge([frozen(encoding="confluent")], seal=SEAL)
