"""Tests on text where the types are known only now."""

from typing import Any

from sluice.cel.runtime.errors import no_overload


def contains(text: Any, part: Any) -> bool:
    """``text.contains(part)``."""
    return part in text if _texts(text, part) else no_overload()


def starts_with(text: Any, part: Any) -> bool:
    """``text.startsWith(part)``."""
    return bool(text.startswith(part)) if _texts(text, part) else no_overload()


def ends_with(text: Any, part: Any) -> bool:
    """``text.endsWith(part)``."""
    return bool(text.endswith(part)) if _texts(text, part) else no_overload()


def _texts(text: object, part: object) -> bool:
    return text.__class__ is str and part.__class__ is str
