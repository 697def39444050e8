"""Remembering texts that have matched a pattern: codes and hours repeat, and looking up costs a fifth of matching."""

import re
from collections.abc import Callable
from typing import Any, Final

REMEMBERED_MAX: Final = 4096
LENGTH_MAX: Final = 64


def remembering(pattern: str, *, nullable: bool) -> tuple[set[Any], Callable[[Any], bool]]:
    """A set of texts known to match, and the function that asks the pattern and remembers a yes.

    The set takes 4,096 texts of 64 characters at most; a text that is not in it is matched each time. None is in it
    where the field may be null.
    """
    seen: set[Any] = {None} if nullable else set()
    search = re.compile(pattern).search

    def matches(value: Any) -> bool:
        if value is None or search(value) is None:
            return False
        if len(value) <= LENGTH_MAX and len(seen) < REMEMBERED_MAX:
            seen.add(value)
        return True

    return seen, matches
