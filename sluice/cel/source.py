"""The text of a rule before it is parsed: its bounds, and names in backticks that CEL has no letters for."""

import re
from typing import Final

from sluice.cel.problem import CelProblem
from sluice.cel.shape import alias

LENGTH_MAX: Final = 8192
_TOKEN: Final = re.compile(
    r"(?P<comment>//[^\n]*)"
    r"|(?P<text>(?:[bB]?[rR]|[rR][bB])(?:'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\")"
    r"|'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|`(?P<name>[^`\n]+)`",
    re.DOTALL,
)


def prepared(source: str) -> tuple[str, dict[str, str]] | CelProblem:
    """The source with every `` `name` `` as an identifier of equal length, and the names behind these identifiers."""
    if not source.strip():
        return CelProblem(message="the rule is empty")
    if len(source) > LENGTH_MAX:
        return CelProblem(message=f"the rule has {len(source)} characters; at most {LENGTH_MAX} are allowed")
    names: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        names[alias(name)] = name
        return f"`{alias(name)}`"

    return _TOKEN.sub(plain, source), names


def place(source: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset in code points."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
