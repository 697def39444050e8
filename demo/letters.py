"""The dead letters: grouped by their reason, and one in full, with its classified fields hidden."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from rich.table import Table

from demo.outputs import Letter
from demo.topics import Enforced
from sluice.terminal import out

HIDDEN: Final = "(classified, not shown)"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reason:
    """Why a record was refused: the stage that refused it, and the rules that it breaks with what they ask for."""

    stage: str
    code: str
    broken: tuple[tuple[str, str], ...]


def by_reason(letters: Sequence[Letter]) -> dict[Reason, list[Letter]]:
    """The dead letters by reason, the most frequent first, each group in the order in which it was emitted."""
    groups: dict[Reason, list[Letter]] = defaultdict(list)
    for letter in sorted(letters, key=lambda letter: (letter.timestamp_ms, letter.key)):
        groups[_reason(letter.headers)].append(letter)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def show_reasons(groups: Mapping[Reason, Sequence[Letter]], contract: Enforced) -> None:
    """A table of the reasons."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("records", justify="right")
    for heading in ("rule", "asks for", "first seen at"):
        table.add_column(heading, overflow="fold")
    for reason, letters in groups.items():
        rules = [rule for rule, _ in reason.broken] or [f"{reason.stage}: {reason.code}"]
        asked = [contract.meanings.get(rule) or expected for rule, expected in reason.broken]
        table.add_row(f"{len(letters):,}", "\n".join(rules), "\n".join(asked), _moment(letters[0].timestamp_ms))
    out.print(table)


def show_in_full(letter: Letter, contract: Enforced) -> None:
    """Everything that lies in the dead-letter topic for one record."""
    topic = contract.route.dead_letter
    out.print(f"[bold]{topic}[/] partition {letter.partition} offset {letter.offset}")
    out.print(f"  timestamp  {_moment(letter.timestamp_ms)} (that of the raw record)")
    out.print(f"  key        {letter.key.decode()}", markup=False)
    out.print(f"  value      {shown_value(letter.value, contract.classified)}", markup=False)
    out.print("  headers", markup=False)
    width = max(len(name) for name in letter.headers)
    for name, value in letter.headers.items():
        out.print(f"    {name:{width}}  {value}", markup=False)


def shown_value(value: bytes, classified: Sequence[str]) -> str:
    """The JSON value with its classified fields hidden; what is no JSON may hold anything and is not shown."""
    try:
        record = orjson.loads(value)
    except orjson.JSONDecodeError:
        return f"({len(value)} bytes that are no JSON, not shown)"
    for pointer in classified:
        record = _hidden(record, pointer.split("/")[1:])
    return orjson.dumps(record).decode()


def _hidden(value: Any, path: Sequence[str]) -> Any:
    if value is None:
        return None
    if not path:
        return HIDDEN
    name, rest = path[0].replace("~1", "/").replace("~0", "~"), path[1:]
    if isinstance(value, dict):
        return {key: _hidden(each, rest) if name in {key, "*"} else each for key, each in value.items()}
    if isinstance(value, list):
        return [_hidden(each, rest) for each in value]
    return HIDDEN  # another shape than the contract's: nobody knows what it holds


def _reason(headers: Mapping[str, str]) -> Reason:
    violations = orjson.loads(headers["__contract.violations"] or "[]")
    return Reason(
        stage=headers["__contract.stage"],
        code=headers["__contract.code"],
        broken=tuple((each["rule"], each["expected"]) for each in violations),
    )


def _moment(timestamp_ms: int) -> str:
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).strftime("%d %b %Y %H:%M UTC")
