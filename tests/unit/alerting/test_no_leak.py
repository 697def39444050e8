"""Whatever a finding says: no classified value and no secret leaves, no payload is too large, and no text is markup."""

import re
import string
from dataclasses import replace
from email import message_from_string, policy

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.channels.alertmanager.render import ANNOTATION_MAX, LABEL_MAX
from alerting.channels.email.render import SUBJECT_MAX, Envelope, message
from alerting.channels.pagerduty.render import KEY_MAX, SUMMARY_MAX
from alerting.channels.slack.render import BLOCKS_MAX, MESSAGE_MAX, SECTION_MAX
from alerting.channels.webhook.render import SIZE_MAX
from alerting.store.incidents import encode
from sluice.finding.model import Evidence, Finding, Severity
from sluice.finding.run import Run
from sluice.incident.batch import settle
from sluice.incident.compose import for_consumers, for_owners
from sluice.incident.notice import Notice
from tests.unit.alerting.notices import FLIGHTS, POLICY, around, breach, talk
from tests.unit.alerting.rendered import RENDERED
from tests.unit.incident.findings import NOW

pytestmark = pytest.mark.thorough

SECRET_VALUES = st.from_regex(r"\AQ[0-9A-Z]{5,12}Z\Z")  # no word of ours looks like it
HOSTILE = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "<!channel>",
            "<https://evil.example|click>",
            "*bold* `code` ~x~",
            "a\r\nBcc: x@y",
            "\u202eevil",
            "\x00",
            "&lt;",
        ]
    ),
    st.integers(300, 5000).map("x".__mul__),
)
NAMES = st.text(string.ascii_lowercase + "_<>&*\n", min_size=1, max_size=40)


@st.composite
def leaking(draw: st.DrawFn) -> tuple[str, tuple[Finding, ...]]:
    """A classified value, and findings that tell it in every text that a finding has."""
    value = draw(SECRET_VALUES)
    around = draw(HOSTILE)

    def told() -> str:
        return f"{draw(HOSTILE)}{value} {around}"

    findings = tuple(
        breach(
            draw(st.integers(1, 28)),
            check=f"check_{number}_{draw(NAMES)}",
            kind=draw(st.sampled_from(["nullValues", "latency", "drift", "new"])),
            segment=(("tailnum", value), ("carrier", draw(HOSTILE))),
            severity=draw(st.sampled_from(Severity)),
            expected=told(),
            unit=told(),
            reason=told(),
            description=told(),
            attributed=told(),
            fields=(),
            observed=draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
            evidence=tuple(
                Evidence(kind=told(), place=told(), detail=told(), count=3) for _ in range(draw(st.integers(0, 9)))
            ),
        )
        for number in range(draw(st.integers(1, 20)))
    )
    return value, findings


@settings(max_examples=60, deadline=None)
@given(leaking())
def test_a_classified_value_leaves_by_no_channel_and_into_no_store(case: tuple[str, tuple[Finding, ...]]) -> None:
    value, findings = case
    conversation = talk(*findings)
    notices = [for_owners(conversation), for_consumers(conversation, FLIGHTS.consumers)]
    for notice in filter(None, notices):
        for channel, render in RENDERED.items():
            assert value not in _readable(render(notice)), channel
        assert value not in orjson.dumps(encode_notice(notice)).decode()
    for turn in conversation.turns:
        assert value.encode() not in encode(turn.told)


@settings(max_examples=60, deadline=None)
@given(leaking())
def test_every_payload_keeps_to_its_limits_and_escapes_what_it_was_told(
    case: tuple[str, tuple[Finding, ...]],
) -> None:
    notice = for_owners(talk(*case[1]))
    assert notice is not None
    _slack(orjson.loads(RENDERED["slack.json"](notice)))
    event = orjson.loads(RENDERED["pagerduty.json"](notice))
    assert len(event["dedup_key"]) <= KEY_MAX
    assert len(event["payload"]["summary"]) <= SUMMARY_MAX
    for alert in orjson.loads(RENDERED["alertmanager.json"](notice)):
        assert all(len(text) <= LABEL_MAX for text in alert["labels"].values())
        assert all(len(text) <= ANNOTATION_MAX for text in alert["annotations"].values())
        assert all(re.fullmatch(r"[a-zA-Z_]\w*", name) for name in (*alert["labels"], *alert["annotations"]))
    assert len(RENDERED["webhook.json"](notice).encode()) <= 2 * SIZE_MAX  # pretty printed here
    mail = message_from_string(RENDERED["email.eml"](notice), policy=policy.default)
    assert mail["Bcc"] is None
    envelope = Envelope(sender="a@example.com", recipients=("b@example.com",), at=NOW)
    assert len(message(notice, envelope)["Subject"]) <= SUBJECT_MAX
    assert all(len(line.evidence) <= 5 for line in notice.lines)


def test_the_segments_of_a_contract_that_nobody_knows_are_masked() -> None:
    finding = replace(breach(), contract="unknown", segment=(("name", "Q12345Z"),))
    notice = for_owners(talk(finding, contract=None, contract_id="unknown", policy=POLICY, now=NOW))
    assert notice is not None
    assert notice.lines[0].segment == "name=(classified)"


def test_two_masked_segments_are_two_incidents() -> None:
    one, other = (breach(segment=(("tailnum", tail),)) for tail in ("N1", "N2"))
    conversation = talk(one, other)
    assert len({turn.told.key.digest for turn in conversation.turns}) == 2


def test_the_id_of_a_masked_segment_can_not_be_tried_out_from_a_list_of_values() -> None:
    contracts = {"flights": FLIGHTS}

    def digest(key: bytes) -> str:
        run = Run(findings=(breach(segment=(("tailnum", "N14228"),)),))
        (turn, *_) = settle(run, {}, replace(around(contracts), mark_key=key))
        return turn.told.key.digest

    assert digest(b"one") == digest(b"one")
    assert digest(b"one") != digest(b"other")


def encode_notice(notice: Notice) -> dict[str, str]:
    return {line.digest: repr(line) for line in notice.lines}


def _readable(text: str) -> str:
    """With the soft line breaks of a mail taken out, so that a value cannot hide in one."""
    return text.replace("=\n", "").replace("=\r\n", "")


def _slack(told: dict[str, dict[str, object]]) -> None:
    blocks = told["root"]["blocks"]
    assert isinstance(blocks, list)
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    texts += [block["elements"][0]["text"] for block in blocks if block["type"] == "context"]
    assert len(blocks) <= BLOCKS_MAX
    assert all(len(text) <= SECTION_MAX for text in texts)
    assert sum(map(len, texts)) <= MESSAGE_MAX
    for text in (*texts, str(told["reply"]["text"]), str(told["root"]["text"])):
        assert not re.search(r"[<>]", text), "no mention and no link"
