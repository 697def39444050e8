"""A JDK DateTimeFormatter pattern as a regular expression that knows the calendar.

Source: java.time.format.DateTimeFormatter, "Patterns for Formatting and Parsing". Years have four digits; text that
depends on a language (months, days and halves of the day by name) or on a table (zone names) is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


class UnsupportedFormat(ValueError):  # noqa: N818 - a refusal with its reason, named by what is refused
    """The format has a part that no schema can judge; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One part of a format: letters with a meaning, or (``literal``) text that stands for itself."""

    text: str
    literal: bool = False
    optional: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A format taken apart, and the pattern of the texts that it takes."""

    tokens: tuple[Token, ...]
    pattern: str

    @property
    def zoned(self) -> bool:
        """Whether the text says its zone."""
        return any(not token.literal and token.text[0] in "XxZ" for token in self.tokens)

    @property
    def sorts(self) -> bool:
        """Whether texts in lexical order are in time order: fixed widths, largest unit first, nothing left out."""
        units = [token.text for token in self.tokens if not token.literal]
        whole = [unit for unit in ("yyyy", "MM", "dd", "HH", "mm", "ss") if unit in map(_plain_year, units)]
        widths = [_plain_year(unit) for unit in units if unit[0] != "S"]
        gapless = "yyyyMMddHHmmss".find("".join(whole)) >= 0 or "DDD" in units
        ordered = widths in (whole, ["yyyy", "DDD"])
        fraction_last = all(unit[0] != "S" for unit in units[:-1])
        return ordered and gapless and fraction_last and not any(token.optional for token in self.tokens)

    @property
    def is_rfc_3339(self) -> bool:
        """Whether every text of the format is an RFC 3339 timestamp."""
        shape = "".join("'T'" if token == Token(text="T", literal=True) else token.text for token in self.tokens)
        return re.fullmatch(r"(?:yyyy|uuuu)-MM-dd'T'HH:mm:ss(?:\.S+)?(?:XXX|ZZZZZ|xxx)", shape) is not None


_OFFSET: Final = {
    "": "[+-](?:0[0-9]|1[0-7]):[0-5][0-9]|[+-]18:00",
    "basic": "[+-](?:0[0-9]|1[0-7])[0-5][0-9]|[+-]1800",
    "short": "[+-](?:0[0-9]|1[0-8])(?:[0-5][0-9])?",
}
_PARTS: Final[dict[str, str]] = {
    "yyyy": "[0-9]{4}",
    "uuuu": "[0-9]{4}",
    "yy": "[0-9]{2}",
    "uu": "[0-9]{2}",
    "MM": "(?:0[1-9]|1[0-2])",
    "M": "(?:[1-9]|1[0-2])",
    "LL": "(?:0[1-9]|1[0-2])",
    "L": "(?:[1-9]|1[0-2])",
    "dd": "(?:0[1-9]|[12][0-9]|3[01])",
    "d": "(?:[1-9]|[12][0-9]|3[01])",
    "DDD": "(?:00[1-9]|0[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])",
    "HH": "(?:[01][0-9]|2[0-3])",
    "H": "(?:1?[0-9]|2[0-3])",
    "kk": "(?:0[1-9]|1[0-9]|2[0-4])",
    "k": "(?:[1-9]|1[0-9]|2[0-4])",
    "mm": "[0-5][0-9]",
    "m": "[1-5]?[0-9]",
    "ss": "[0-5][0-9]",
    "s": "[1-5]?[0-9]",
    "XXX": f"(?:Z|{_OFFSET['']})",
    "ZZZZZ": f"(?:Z|{_OFFSET['']})",
    "XX": f"(?:Z|{_OFFSET['basic']})",
    "X": f"(?:Z|{_OFFSET['short']})",
    "xxx": f"(?:{_OFFSET['']})",
    "xx": f"(?:{_OFFSET['basic']})",
    "x": f"(?:{_OFFSET['short']})",
    "Z": f"(?:{_OFFSET['basic']})",
    "ZZ": f"(?:{_OFFSET['basic']})",
    "ZZZ": f"(?:{_OFFSET['basic']})",
}
_REASONS: Final[dict[str, str]] = {
    "E": "names of days depend on a language that the format does not tell",
    "e": "the first day of a week depends on a country that the format does not tell",
    "c": "the first day of a week depends on a country that the format does not tell",
    "a": "AM and PM depend on a language that the format does not tell",
    "B": "periods of the day depend on a language that the format does not tell",
    "h": "an hour of half a day means nothing without its half",
    "K": "an hour of half a day means nothing without its half",
    "G": "names of eras depend on a language that the format does not tell",
    "z": "names of zones come from a table that changes",
    "V": "names of zones come from a table that changes",
    "v": "names of zones come from a table that changes",
    "O": "localised offsets depend on a language that the format does not tell",
    "w": "numbers of weeks depend on a country that the format does not tell",
    "W": "numbers of weeks depend on a country that the format does not tell",
    "Y": "the week-based year depends on a country; the year is y",
}
_NANOSECOND_DIGITS: Final = 9
_CALENDAR: Final[tuple[tuple[str, str, str], ...]] = (
    ("", "0[13578]|1[02]", "0[1-9]|[12][0-9]|3[01]"),
    ("", "0[469]|11", "0[1-9]|[12][0-9]|30"),
    ("", "02", "0[1-9]|1[0-9]|2[0-8]"),
    ("[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00", "02", "29"),
)
"""Which days a month has, as (years, months, days); the last row is 29 February in the leap years of ISO 8601."""


def layout(text: str) -> Layout:
    """Take a format apart; raises UnsupportedFormat with the reason."""
    tokens = tuple(_tokens(text))
    for token in tokens:
        if not token.literal and token.text not in _PARTS and not _is_fraction(token.text):
            raise UnsupportedFormat(_why_not(token.text))
    if not any(not token.literal for token in tokens):
        raise UnsupportedFormat("it names no part of a date or a time")
    return Layout(tokens=tokens, pattern=f"^{_render(tokens)}$")


def calendar() -> str:
    """The pattern of an ISO 8601 calendar date, without anchors."""
    return _render(tuple(_tokens("yyyy-MM-dd")))


def _tokens(text: str) -> Iterator[Token]:
    depth, rest = 0, text
    while rest:
        head = rest[0]
        if head == "'":
            quoted = re.match(r"'((?:[^']|'')*)'", rest)
            if quoted is None:
                raise UnsupportedFormat("a quote is not closed")
            yield Token(text=quoted[1].replace("''", "'") or "'", literal=True, optional=depth)
            rest = rest[quoted.end() :]
            continue
        if head in "{}#":
            raise UnsupportedFormat(f"'{head}' is reserved in a JDK format")
        if head in "[]":
            depth += 1 if head == "[" else -1
            if depth < 0:
                raise UnsupportedFormat("']' closes an optional part that was never opened")
            yield Token(text=head, literal=True, optional=-1)
            rest = rest[1:]
            continue
        letter = head.isascii() and head.isalpha()
        run = rest[: len(rest) - len(rest.lstrip(head))] if letter else head
        yield Token(text=run, literal=not letter, optional=depth)
        rest = rest[len(run) :]
    if depth:
        raise UnsupportedFormat("an optional part is not closed with ']'")


def _render(tokens: tuple[Token, ...]) -> str:
    units = {_plain_year(token.text) for token in tokens if not token.literal}
    if not {"yyyy", "MM", "dd"} <= units or any(token.optional for token in tokens):
        return "".join(_part(token, {}) for token in tokens)
    ways = ("".join(_part(token, _calendar_row(row)) for token in tokens) for row in _CALENDAR)
    return f"(?:{'|'.join(ways)})"


def _calendar_row(row: tuple[str, str, str]) -> Mapping[str, str]:
    years, months, days = row
    parts = {"MM": f"(?:{months})", "dd": f"(?:{days})"}
    return parts | ({"yyyy": f"(?:{years})", "uuuu": f"(?:{years})"} if years else {})


def _part(token: Token, instead: Mapping[str, str]) -> str:
    if token.optional < 0:
        return "(?:" if token.text == "[" else ")?"
    if token.literal:
        return _escape(token.text)
    if _is_fraction(token.text):
        return f"[0-9]{{{len(token.text)}}}"
    return instead.get(token.text, _PARTS[token.text])


def _escape(text: str) -> str:
    return "".join(f"\\{char}" if char in r"\^$.|?*+()[]{}/" else char for char in text)


def _is_fraction(text: str) -> bool:
    return set(text) == {"S"} and len(text) <= _NANOSECOND_DIGITS


def _plain_year(unit: str) -> str:
    return "yyyy" if unit == "uuuu" else unit


def _why_not(text: str) -> str:
    known = [part for part in _PARTS if part[0] == text[0]]
    if text[0] in "ML" and len(text) > len("MM"):
        return "names of months depend on a language that the format does not tell"
    if text[0] in _REASONS:
        return _REASONS[text[0]]
    if known:
        return f"'{text}' has no fixed meaning here; write {' or '.join(known)}"
    return f"'{text}' is no part of a date or a time that a schema can judge"
