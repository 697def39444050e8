"""The words of a notice that all channels share: labelled facts of a line, and the whole as plain text."""

from collections.abc import Iterator
from typing import Final

from sluice.incident.decide import ENDS
from sluice.incident.notice import Audience, Line, Notice
from sluice.incident.told import State

NOTE_MAX: Final = 30  # what the note on a cut takes at most
DAY: Final = "%Y-%m-%d %H:%M"


def facts(line: Line) -> Iterator[tuple[str, str]]:
    """Label and text of what there is to know about one incident, the most useful first."""
    yield "expected", line.expected
    rows = f" (n = {line.n})" if line.n is not None else ""
    yield "observed", f"{line.observed}{rows} in {_window(line)}"
    since = f"{line.since:{DAY}} UTC" if line.since else "now"
    yield "since", f"{since}, {line.recurrence.value}, {line.windows} window{'' if line.windows == 1 else 's'}"
    if line.periods:
        more = f" and {line.periods_more} more" if line.periods_more else ""
        yield "held", f"{', '.join(line.periods)}{more}"
    if line.attributed:
        yield "points at", line.attributed
    if line.reason and line.reason != line.observed:
        yield "because", line.reason
    if line.affected:
        yield "affects", ", ".join(line.affected)
    for evidence in line.evidence:
        yield "see", evidence
    if line.acknowledged_by:
        yield "acknowledged by", line.acknowledged_by
    if line.ended_why and not line.is_open:
        yield "ended", line.ended_why
    if line.command and line.is_open:
        yield "repair", line.command


def title(line: Line) -> str:
    """``flight.departures_known [carrier=UA] (error)``, marked where it is over."""
    segment = f" [{line.segment}]" if line.segment else ""
    name = f"{line.object}.{line.check}" if line.object else line.check
    ended = line.step.value if line.step in ENDS else line.state.value
    state = "" if line.state is State.OPEN else f", {ended}"
    return f"{name}{segment} ({line.severity.value}{state})"


def footer(notice: Notice) -> Iterator[tuple[str, str]]:
    """What concerns the whole conversation."""
    yield "contract", f"{notice.contract} {notice.version}"
    if notice.owner:
        yield "owner", notice.owner
    if notice.done:
        yield "done", "; ".join(notice.done)
    if notice.budget:
        yield "budget", notice.budget
    if notice.runbook:
        yield "runbook", notice.runbook
    if notice.more:
        yield "more", f"{notice.more} incidents are not shown; sluice alerts list --contract {notice.contract}"
    if notice.audience is Audience.OWNERS and notice.open_lines:
        yield "acknowledge", f"sluice alerts ack {notice.open_lines[0].id} --by ME"


def plain(notice: Notice, limit: int) -> str:
    """The notice as text of at most ``limit`` characters; whole lines are left out from the end, and it says so."""
    told = [notice.headline, ""]
    for line in notice.lines:
        told.append(title(line))
        if line.description:
            told.append(f"  {line.description}")
        told += [f"  {label}: {text}" for label, text in facts(line)]
        told.append("")
    told += [f"{label}: {text}" for label, text in footer(notice)]
    return cut("\n".join(told), limit)


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, and it says how much was cut.

    >>> cut("x" * 100, 40)
    'xxxxxxxxxx… (90 more characters)'
    """
    if len(text) <= limit:
        return text
    kept = max(0, limit - NOTE_MAX)
    return f"{text[:kept]}… ({len(text) - kept} more characters)"


def _window(line: Line) -> str:
    span = f"{line.window_start:{DAY}} to {line.window_end:{DAY}} UTC"
    return f"{line.period} ({span})" if line.period else span
