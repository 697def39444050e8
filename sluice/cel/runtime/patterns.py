"""Regular expressions on RE2: linear in the text, whatever the pattern."""

from collections.abc import Callable
from typing import Any, Final

import re2

from sluice.cel.runtime.errors import no_overload

PATTERN_MEMORY_BYTES: Final = 1 << 20


def pattern(source: str) -> Callable[[Any], bool] | str:
    """Whether the pattern is found in a text, as a function; or why there is no such pattern, in words."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY_BYTES
    options.never_capture = True
    try:
        search = re2.compile(source, options).search
    except re2.error as error:
        reason = error.args[0]
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)

    def found(text: Any) -> bool:
        # Bytes spare the library the way back from byte offsets to code points, which nobody asks for.
        return search(text.encode()) is not None if text.__class__ is str else no_overload()

    return found
