"""A plan for a pull request."""

from collections.abc import Iterator

from registry_sync.plan import Plan
from registry_sync.words import VERBS, counts, details, many


def markdown(plan: Plan) -> str:
    """The plan as GitHub-flavoured Markdown, ending with a line break."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    if not plan.changes and not plan.refusals:
        yield "### Contracts: nothing to do"
    else:
        yield f"### Contracts: {_title(plan)}"
    yield ""
    for refusal in plan.refusals:
        yield f"> **Refused** {_code(refusal.name)}: {_text(refusal.sentence)}"
        yield from (f"> - {_text(reason)}" for reason in refusal.reasons)
        yield from (f"> - _way out:_ {_text(way)}" for way in refusal.ways_out)
        yield ""
    if plan.changes:
        yield "| # | what | where | why and how |"
        yield "|--:|---|---|---|"
        for number, change in enumerate(plan.changes, 1):
            told = "<br>".join(_text(line) for line in (change.reason, *details(change)))
            yield f"| {number} | {VERBS[change.kind]} | {_code(change.name)} | {told} |"
        yield ""
    for note in plan.notes:
        yield f"- {_code(note.name)}: {_text(note.sentence)}"
    if plan.notes:
        yield ""
    yield f"Checksum {_code(plan.checksum)}: `sluice apply` takes exactly this plan."


def _title(plan: Plan) -> str:
    refused = f"{many(len(plan.refusals), 'refusal')}; " if plan.refusals else ""
    return f"{refused}{counts(plan.changes) or 'no changes'}"


def _code(text: str) -> str:
    return f"`{_cell(text).replace('`', chr(39))}`"


def _text(text: str) -> str:
    escaped = _cell(text)
    for sign in ("\\", "`", "*", "_", "<", "[", "]", "@"):
        escaped = escaped.replace(sign, f"\\{sign}" if sign not in "<@" else f"&#{ord(sign)};")
    return escaped


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("\r", " ").replace("\n", " ")
