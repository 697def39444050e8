"""Every case of the conformance tables, judged by one Flink job: the verdicts that the gate gives."""

from collections.abc import Callable
from uuid import uuid4

import orjson
import pytest

from local_stack.stack import Stack
from sluice.envelope.dead_letter import SEPARATOR
from sluice.envelope.names import DEAD_LETTER_HEADERS, VERDICT_HEADERS
from sluice.verdict.load import load_gate
from sluice.verdict.model import Control, Invalid, Record, Valid
from tests.conformance.verdict.suites import Suite, load_suites
from tests.integration.validator.conftest import World
from tests.integration.validator.wire import Seen, Sent, receive, send
from validator.frozen import Frozen
from validator.judge import Judge

pytestmark = pytest.mark.integration

ROOM_BYTES = 8_000_000


def renamed(suite: Suite, mark: str) -> Frozen:
    """The suite's schema with topics of this test's own."""
    schema = orjson.loads(suite.schema_text)
    annotation = schema["x-sluice"]
    for role in ("raw", "validated", "deadLetter"):
        annotation[role] = f"{mark}-{suite.name}.{role}"
    return Frozen(subject=f"{suite.name}-contract", version=1, schema_id=1, text=orjson.dumps(schema).decode())


def test_the_job_gives_the_verdicts_of_the_gate(flink_stack: Stack, make_world: Callable[..., World]) -> None:
    suites = load_suites()
    world = make_world(flink_stack, partitions=1)
    mark = uuid4().hex[:8]
    contracts = {suite.name: renamed(suite, mark) for suite in suites}
    topics = {name: load_gate(frozen.text, name).topics for name, frozen in contracts.items()}
    for each in topics.values():
        world.make((each.raw,), **{"max.message.bytes": str(ROOM_BYTES)})
        world.make((each.validated, each.dead_letter), **{"max.message.bytes": str(ROOM_BYTES + 64 * 1024)})
    sent = [
        Sent(topics[suite.name].raw, case.value, case.key, tuple(case.headers.items()))
        for suite in suites
        for case in suite.cases
    ]
    send(world.stack.client_settings(), sent)

    world.start(tuple(contracts.values()))
    outputs = [topic for each in topics.values() for topic in (each.validated, each.dead_letter)]
    seen = receive(world.stack.client_settings(), outputs, len(sent))

    by_raw = {record_raw(each, topics): each for each in seen}
    assert len(seen) == len(by_raw) == len(sent)
    wrong = [
        f"{suite.name}/{case.name}"
        for suite in suites
        for at, case in enumerate(suite.cases)
        if told(by_raw[topics[suite.name].raw, at]) != expected(suite, contracts[suite.name], at)
    ]
    assert wrong == []


def record_raw(seen: Seen, topics: dict[str, object]) -> tuple[str, int]:
    raw = {target: each.raw for each in topics.values() for target in (each.validated, each.dead_letter)}  # type: ignore[attr-defined] # Topics
    return raw[seen.topic], seen.raw_offset[1]


def told(seen: Seen) -> tuple[str, dict[str, str]]:
    """The end of the topic's name, the verdict in the header, and the verdict's half of the envelope."""
    verdict = seen.ours["__contract"].decode().split(";")[2]
    fields = {name: value.decode() for name, value in seen.ours.items() if name in VERDICT_HEADERS}
    if seen.topic.endswith(".deadLetter"):
        assert set(seen.ours) == {"__contract", *DEAD_LETTER_HEADERS}
    return f"{seen.topic.rpartition('.')[2]} {verdict}", fields


def expected(suite: Suite, contract: Frozen, at: int) -> tuple[str, dict[str, str]]:
    """What the gate says, and what the case's row says: both have to agree before the job is asked."""
    case = suite.cases[at]
    gate = load_gate(contract.text, suite.name)
    verdict = gate.judge(Record(topic=gate.topics.raw, value=case.value, key=case.key, headers=case.headers))
    match verdict:
        case Valid() | Control():
            name = "valid" if isinstance(verdict, Valid) else "control"
            assert case.verdict == name
            return f"validated t={name}", {}
        case Invalid():
            assert (case.verdict, case.code) == ("invalid", verdict.code)
            judge = Judge([contract])
            answer = judge.judge(gate.topics.raw, case.value, *_arguments(suite, contract, at)) or ""
            return "deadLetter t=invalid", dict(zip(VERDICT_HEADERS, answer.split(SEPARATOR)[1:], strict=True))


def _arguments(suite: Suite, contract: Frozen, at: int) -> tuple[bytes | None, bytes | None, bytes | None]:
    case = suite.cases[at]
    annotation = load_gate(contract.text, suite.name).annotation
    named = annotation.producer_header if annotation else None
    return case.headers.get("__value_schema_id"), case.headers.get(named or ""), case.key
