"""Patterns that Python's own engine may run: those for which it can neither stall nor differ from the reference.

The reference engine is linear by construction; Python's backtracks. A pattern is taken only where backtracking is
bounded by a small constant, and is rewritten so that it never accepts what the reference rejects.
"""

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined] # the parser's own names; typeshed leaves them out
from re import _parser  # type: ignore[attr-defined] # as above
from typing import Any, Final

_BRANCHES_MAX: Final = 64
_REPEAT_MAX: Final = 1000
_READ_OTHERWISE: Final = ("{,", "(?", "[]", "[^]", "&&", "--", "~~", "[[", "[:", r"\<", r"\>")  # other engines differ
_SPACED_REPEAT: Final = re.compile(r"\{[^}]*\s")  # `a{ 2}`: twice for the reference, literal braces for Python


def bounded_pattern(pattern: str) -> str | None:
    """The pattern for Python's ``re.search``, or None where only the linear engine may run it."""
    if not pattern.isascii() or any(part in pattern for part in _READ_OTHERWISE) or _SPACED_REPEAT.search(pattern):
        return None
    try:
        tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    if tree.state.flags & ~re.UNICODE or _choices(tree, top=True) > _BRANCHES_MAX or not _one_run_at_most(tree):
        return None
    return "(?a:" + _dollar_as_end(pattern) + ")"


def _one_run_at_most(tree: Any) -> bool:
    """Whether at most one repeat is without bound, at the top of a pattern anchored at its start: linear then."""
    runs = [argument for kind, argument in tree if kind is op.MAX_REPEAT and argument[1] is op.MAXREPEAT]
    anchored = bool(tree) and tree[0] == (op.AT, op.AT_BEGINNING)
    return not runs or (anchored and len(runs) == 1)


def _choices(tree: Iterable[tuple[Any, Any]], *, top: bool = False) -> int:
    """How many ways there are to match at one place; more than the bound where that is unknown."""
    ways = 1
    for kind, argument in tree:
        ways *= _choices_of(kind, argument, top=top)
        if ways > _BRANCHES_MAX:
            return ways
    return ways


def _choices_of(kind: Any, argument: Any, *, top: bool) -> int:
    unknown = _BRANCHES_MAX + 1
    if kind in (op.LITERAL, op.NOT_LITERAL) or (kind is op.AT and argument in (op.AT_BEGINNING, op.AT_END)):
        return 1
    if kind is op.IN:
        return 1 if _is_plain_class(argument) else unknown
    if kind is op.MAX_REPEAT:
        low, high, item = argument
        inner = _choices(item)
        if high is op.MAXREPEAT:
            return 1 if inner == 1 and top else unknown
        if high > _REPEAT_MAX:
            return unknown
        return high - low + 1 if inner == 1 else (inner**high if inner**high <= _BRANCHES_MAX else unknown)
    if kind is op.BRANCH:
        return sum(_choices(branch) for branch in argument[1])
    if kind is op.SUBPATTERN:
        _, add, remove, item = argument
        return unknown if add or remove else _choices(item)
    return unknown


def _is_plain_class(items: Iterable[tuple[Any, Any]]) -> bool:
    allowed = (op.CATEGORY_DIGIT, op.CATEGORY_WORD)
    negated = any(kind is op.NEGATE for kind, _ in items)
    return all(
        kind in (op.LITERAL, op.RANGE, op.NEGATE) or (kind is op.CATEGORY and argument in allowed and not negated)
        for kind, argument in items
    )


def _dollar_as_end(pattern: str) -> str:
    r"""Python's ``$`` also matches before a last newline; ECMA-262's does not, and ``\Z`` says that."""
    written: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            written.append(pattern[at : at + 2])
            at += 2
            continue
        in_class = (in_class or char == "[") and char != "]"
        written.append(r"\Z" if char == "$" and not in_class else char)
        at += 1
    return "".join(written)
