"""The text of a rule before it is parsed: its bounds, and names in backticks that CEL has no letters for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sluice.cel.names import IDENTIFIER, stand_in
from sluice.cel.problem import CelProblem

LENGTH_MAX: Final = 8192
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOKEN: Final = re.compile(
    r"(?P<comment>//[^\n]*)"
    r"|(?P<text>(?:[bB]?[rR]|[rR][bB])(?:'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\")"
    r"|'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|`(?P<quoted>[^`\n]+)`"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A rule's text as CEL can parse it, as long as the original; ``written`` maps a stand-in to the name it is for."""

    text: str
    written: Mapping[str, str]


def prepare(source: str, known: Mapping[str, str]) -> Prepared | CelProblem:
    """The source with an identifier for every `` `name` ``; ``known`` has those of the declared fields."""
    if not source.strip():
        return CelProblem(message="the rule is empty")
    if len(source) > LENGTH_MAX:
        return CelProblem(message=f"the rule has {len(source)} characters; at most {LENGTH_MAX} are allowed")
    broken = _SURROGATE.search(source)
    if broken is not None:
        line, column = place(source, broken.start())
        return CelProblem(
            message="the rule holds half of a surrogate pair, which is no character", line=line, column=column
        )
    plain = {match["name"] for match in _TOKEN.finditer(source) if match["name"]}
    written: dict[str, str] = {}

    def quoted(match: re.Match[str]) -> str:
        name = match["quoted"]
        if name is None or IDENTIFIER.fullmatch(name):
            return match[0]
        identifier = known.get(name) or stand_in(name, {*known.values(), *plain, *written}) or ""
        written[identifier] = name
        return f"`{identifier}`"

    text = _TOKEN.sub(quoted, source)
    both = sorted(plain.intersection(written))
    if both:
        return CelProblem(message=f"one rule cannot name both '{both[0]}' and '{written[both[0]]}'")
    return Prepared(text=text, written=written)


def place(source: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset in code points."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
