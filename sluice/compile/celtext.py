"""The text of a CEL rule about one field at any depth, with null and absent left in peace."""

import json
import re
from collections.abc import Callable
from typing import Final

from sluice.compile.walk import Visit
from sluice.contract.model import Field

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BEYOND_BACKTICKS: Final = re.compile(r"[`\r\n\ud800-\udfff]")
_RESERVED: Final = frozenset(
    {
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("namespace", "null", "package", "return", "true", "var", "void", "while"),
    }
)
"""The words that the CEL specification keeps for itself."""


def sayable(name: str) -> bool:
    """Whether CEL can select a field of this name: in backticks it can say nearly any."""
    return name != "" and _BEYOND_BACKTICKS.search(name) is None


def literal(text: str) -> str:
    """The text as a CEL string."""
    return json.dumps(text)


def access(visit: Visit, compare: Callable[[str], str]) -> str:
    """The rule that ``compare`` holds for every value of the visited field: of each item, of each map value."""
    steps = tuple(
        (name, parent is not None and parent.map_value is not None, _is_collection(field))
        for parent, field, name in zip((None, *visit.parents), (*visit.parents, visit.field), visit.names, strict=True)
    )
    return _within("this", steps, compare)


def _is_collection(field: Field) -> bool:
    """Whether an absent value is an empty collection, which CEL does not compare with null."""
    return field.items is not None or field.map_value is not None


def _within(base: str, steps: tuple[tuple[str, bool, bool], ...], compare: Callable[[str], str]) -> str:
    if not steps:
        return compare(base)
    (name, is_map_value, is_collection), rest = steps[0], steps[1:]
    variable = f"{'k' if is_map_value else 'x'}{len(steps)}"
    value = f"{base}.{_word(name)}" if name != "*" else f"{base}[{variable}]" if is_map_value else variable
    rule = _within(value, rest, compare)
    guarded = rule if is_collection else f"{value} == null || {_grouped(rule)}"
    return guarded if name != "*" else f"{base}.all({variable}, {guarded})"


def _word(name: str) -> str:
    return name if _NAME.fullmatch(name) is not None and name not in _RESERVED else f"`{name}`"


def _grouped(rule: str) -> str:
    return f"({rule})" if "||" in rule or "&&" in rule else rule
