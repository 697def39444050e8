"""Text of others on a terminal: what would steer the terminal, or turn its reading order, is shown as an escape."""

import re
from typing import Final

# Controls except tab and line feed (C0, DEL, C1), marks and overrides of direction, separators of lines, surrogates.
_STEERS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def harmless(text: str) -> str:
    r"""The text with an escape for each character that a terminal would obey rather than show.

    >>> harmless("N\u202e123\x1b[2J")
    'N\\u202e123\\u001b[2J'
    """
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
