"""PagerDuty's events: trigger, acknowledge, resolve, told apart by the state; one deduplication key a conversation."""

from typing import Any, Final

from alerting.channels.words import cut, facts, footer, plain, title
from sluice.finding.model import Severity
from sluice.incident.notice import Line, Notice

SUMMARY_MAX: Final = 1024
DETAILS_MAX: Final = 20_000  # PagerDuty takes 512 KB; nobody reads them
KEY_MAX: Final = 255
_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.INFO: "info"}


def event(notice: Notice, routing_key: str, *, told: bool) -> dict[str, Any] | None:
    """The event, or None where there is nothing to do: the end of what was never told, or a quiet change."""
    dedup = f"sluice-{notice.thread}"[:KEY_MAX]
    if notice.over:
        return {"routing_key": routing_key, "event_action": "resolve", "dedup_key": dedup} if told else None
    if notice.acknowledged:
        return {"routing_key": routing_key, "event_action": "acknowledge", "dedup_key": dedup} if told else None
    if notice.quiet and told:
        return None
    return {
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": dedup,
        "client": "sluice",
        "payload": _payload(notice),
        **({"links": [{"href": notice.runbook, "text": "runbook"}]} if notice.runbook.startswith("https://") else {}),
    }


def _payload(notice: Notice) -> dict[str, Any]:
    root = _root(notice)
    return {
        "summary": cut(notice.headline, SUMMARY_MAX),
        "source": notice.contract,
        "severity": _SEVERITIES[notice.severity],
        "timestamp": notice.at.isoformat(),
        "component": cut(root.object or notice.contract, SUMMARY_MAX),
        "group": cut(notice.contract, SUMMARY_MAX),
        "class": cut(root.kind, SUMMARY_MAX),
        "custom_details": {
            "root": {"incident": root.id, "check": title(root), **_labelled(root)},
            **dict(footer(notice)),
            "text": plain(notice, DETAILS_MAX),
        },
    }


def _root(notice: Notice) -> Line:
    """What the headline is about: an end that is told first is not what somebody is called for."""
    return next(iter(notice.open_lines), notice.lines[0])


def _labelled(line: Line) -> dict[str, str]:
    labelled: dict[str, list[str]] = {}
    for label, text in facts(line):
        labelled.setdefault(label, []).append(text)
    return {label: "; ".join(texts) for label, texts in labelled.items()}
