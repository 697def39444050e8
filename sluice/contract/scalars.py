"""What an unquoted word of YAML means: the core schema of YAML 1.2, so that ``on``, ``no`` and dates stay text."""

import math
import re
from typing import Final

from sluice.contract.tree import Plain

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_RADIX: Final = {"0o": (8, re.compile(r"0o[0-7]+")), "0x": (16, re.compile(r"0x[0-9a-fA-F]+"))}
_DECIMAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_YAML_1_1: Final = re.compile(
    r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"  # booleans
    r"|[-+]?0[0-9]+|[-+]?[0-9][0-9_]*_[0-9_]*|0b[01_]+"  # octal, underscores, binary
    r"|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # base sixty
)
DIGITS_MAX: Final = 400


class NumberOutOfRangeError(ValueError):
    """The word is a number that JSON and the registry cannot carry."""


def resolve(word: str) -> Plain:
    """The value of an unquoted word.

    Raises NumberOutOfRangeError for infinities, NaN and numbers too long to hold.
    """
    if word in _NULL:
        return None
    if word in _BOOLEANS:
        return _BOOLEANS[word]
    if len(word) > DIGITS_MAX and _DECIMAL.fullmatch(word):
        raise NumberOutOfRangeError
    if _INTEGER.fullmatch(word):
        return int(word)
    base, form = _RADIX.get(word[:2], (10, None))
    if form is not None and form.fullmatch(word):
        return int(word, base)
    if _NOT_FINITE.fullmatch(word):
        raise NumberOutOfRangeError
    if _DECIMAL.fullmatch(word):
        return _finite(float(word))
    return word


def read_otherwise(word: str) -> bool:
    """Whether readers of YAML 1.1, which most tools still are, take the unquoted word for something else."""
    return _YAML_1_1.fullmatch(word) is not None


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise NumberOutOfRangeError
    return number
