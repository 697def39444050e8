"""Slack's blocks: the root message with the whole state, and the reply that says what has changed."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final

from alerting.channels.words import cut, facts, footer, title
from sluice.finding.model import Severity
from sluice.incident.decide import Step
from sluice.incident.notice import Line, Notice

BLOCKS_MAX: Final = 50
SECTION_MAX: Final = 2_900  # Slack takes 3,000 characters
HEADER_MAX: Final = 150
MESSAGE_MAX: Final = 8_000  # Slack refuses blocks of 13,000 characters together, and says so nowhere
REPLY_MAX: Final = 2_900
MORE_MAX: Final = 40  # what the count of those that are not shown takes at most
_MARKS: Final = {
    Severity.ERROR: ":red_circle:",
    Severity.WARNING: ":large_yellow_circle:",
    Severity.INFO: ":large_blue_circle:",
}
_UNMARKED: Final = {ord("*"): 0x2217, ord("`"): 0x02CB, ord("~"): 0x223C}  # what looks like them, and is no mark
_OVER: Final = ":white_check_mark:"


def root(notice: Notice) -> dict[str, Any]:
    """``text`` (for notifications) and ``blocks`` of the conversation's first message, as it is now."""
    mark = _OVER if notice.over else _MARKS[notice.severity]
    header = {
        "type": "header",
        "text": {"type": "plain_text", "text": cut(notice.headline, HEADER_MAX), "emoji": False},
    }
    sections = [_section(f"{mark} {_line(line)}") for line in notice.lines]
    below = {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(_footer(notice), SECTION_MAX)}]}
    blocks, left_out = _fitting(header, sections, below)
    if left_out:
        more = replace(notice, more=notice.more + left_out)
        blocks[-1] = {**below, "elements": [{"type": "mrkdwn", "text": cut(_footer(more), SECTION_MAX)}]}
    return {"text": cut(escape(f"{notice.headline}"), SECTION_MAX), "blocks": blocks}


def reply(notice: Notice) -> dict[str, Any] | None:
    """``text`` of what happened now, for the thread, and how much of it is left out; None where nothing did."""
    changed = [
        f"{_OVER if not line.is_open else _MARKS[line.severity]} *{line.step.value}*: {_line(line)}"
        for line in notice.lines
        if line.step is not Step.NOTHING
    ]
    if not changed:
        return None
    told = [f"{_OVER} {escape(notice.headline)}"] if notice.over else []
    room = REPLY_MAX - MORE_MAX - sum(map(len, told))
    kept = _whole(changed, room) or [cut(changed[0], room)]
    left_out = notice.more + len(changed) - len(kept)
    more = [f"{left_out} more are not shown"] if left_out else []
    return {"text": "\n".join((*told, *kept, *more))}


def escape(text: str) -> str:
    """The three characters that Slack reads as markup; with them gone, nobody is mentioned and nothing is a link.

    >>> escape("<!channel> a & b")
    '&lt;!channel&gt; a &amp; b'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(line: Line) -> str:
    description = f"\n_{_plain(line.description)}_" if line.description else ""
    told = "\n".join(f"• {label}: {_plain(text)}" for label, text in facts(line))
    return f"*{_plain(title(line))}*{description}\n{told}"


def _plain(text: str) -> str:
    """Without Slack's own marks: a stray one would fold the rest of the message into bold or code."""
    return escape(text).translate(_UNMARKED)


def _footer(notice: Notice) -> str:
    return "\n".join(f"{label}: {_plain(text)}" for label, text in footer(notice))


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION_MAX)}}


def _fitting(
    header: dict[str, Any], sections: list[dict[str, Any]], below: dict[str, Any]
) -> tuple[list[dict[str, Any]], int]:
    """The blocks that one message holds, and how many sections it does not."""
    room = MESSAGE_MAX - HEADER_MAX - len(below["elements"][0]["text"]) - 100
    count = len(_whole([section["text"]["text"] for section in sections[: BLOCKS_MAX - 2]], room))
    return [header, *sections[:count], below], len(sections) - count


def _whole(texts: Sequence[str], room: int) -> list[str]:
    """As many of the first as fit, none of them cut."""
    ends = accumulate(len(text) + 1 for text in texts)
    return [text for text, end in zip(texts, ends, strict=True) if end <= room]
