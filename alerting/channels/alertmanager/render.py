"""Alertmanager's alerts: labels identify and never change; what changes stands in annotations."""

from datetime import datetime, timedelta
from typing import Any, Final

from alerting.channels.words import cut, facts, footer
from sluice.incident.notice import Line, Notice

NAME: Final = "SluiceIncident"
LABEL_MAX: Final = 200
ANNOTATION_MAX: Final = 2_000
RUNS_UNTIL_STALE: Final = 2


def alerts(notice: Notice, now: datetime, catalogue: str = "") -> list[dict[str, Any]]:
    """One alert an incident. An open one ends by itself after two runs that did not tell of it again."""
    until = now + timedelta(seconds=RUNS_UNTIL_STALE * notice.next_run_seconds)
    return [_alert(notice, line, until if line.is_open else now, now, catalogue) for line in notice.lines]


def _alert(notice: Notice, line: Line, ends: datetime, now: datetime, catalogue: str) -> dict[str, Any]:
    began = min(line.opened_at or now, now)
    return {
        "labels": _labels(notice, line),
        "annotations": _annotations(notice, line),
        "startsAt": began.isoformat(),
        "endsAt": ends.isoformat(),
        **({"generatorURL": catalogue} if catalogue else {}),
    }


def _labels(notice: Notice, line: Line) -> dict[str, str]:
    told = {
        "alertname": NAME,
        "contract": notice.contract,
        "object": line.object,
        "check": line.check,
        "segment": line.segment,
        "kind": line.kind,
        "severity": line.severity.value,
        "on_breach": line.on_breach.value,
        "team": notice.owner,
        "incident": line.id,
    }
    return {name: cut(value, LABEL_MAX) for name, value in told.items() if value}


def _annotations(notice: Notice, line: Line) -> dict[str, str]:
    told: dict[str, list[str]] = {"summary": [notice.headline], "description": [line.description]}
    for label, text in (*facts(line), *footer(notice)):
        name = {"runbook": "runbook_url"}.get(label, label.replace(" ", "_"))
        told.setdefault(name, []).append(text)
    return {name: cut("; ".join(texts), ANNOTATION_MAX) for name, texts in told.items() if any(texts)}
