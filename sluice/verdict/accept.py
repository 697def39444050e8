"""The hot path: one function that says yes to most records, and leaves every doubt to ``judge``."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import orjson

from sluice.cel.runtime.errors import CelEvaluationError
from sluice.verdict.annotation import Annotation
from sluice.verdict.decode import may_be_too_deep
from sluice.verdict.engine import Engine
from sluice.verdict.fast import FastPath, fast_path
from sluice.verdict.rules import CompiledRule

Accepts = Callable[[bytes | None, bytes | None], bool]

_FRAME: Final = 5
_GUID: Final = b"\x01"
_GUID_SIZE: Final = 17
_NOT_ACCEPTED: Final = (
    msgspec.DecodeError,
    orjson.JSONDecodeError,
    UnicodeDecodeError,
    RecursionError,
    CelEvaluationError,
)


def acceptor(annotation: Annotation | None, schema: Any, engine: Engine, rules: tuple[CompiledRule, ...]) -> Accepts:
    """The function ``accepts(value, schema_id)`` of a contract; ``schema_id`` is the header ``__value_schema_id``."""
    if annotation is not None and annotation.source == "cdc":
        return _never
    fast = fast_path(schema)
    holds = _holds_fast(fast, rules) if fast is not None else _holds(engine, rules)
    match "auto" if annotation is None else annotation.encoding:
        case "plain":
            return _plain(holds)
        case "confluent":
            return _framed(holds, needs_frame=True)
        case _:
            return _framed(holds, needs_frame=False)


def _never(value: bytes | None, schema_id: bytes | None) -> bool:
    del value, schema_id
    return False


def _holds_fast(fast: FastPath, rules: tuple[CompiledRule, ...]) -> Callable[[bytes], bool]:
    decode = fast.decode
    patterns = () if fast.matches is None else (fast.matches,)
    checks = (*patterns, *(rule.checked.compile_struct(fast.attribute) for rule in rules))
    match checks:
        case ():
            return lambda body: decode(body) is not None
        case (only,):
            return lambda body: only(decode(body))
        case (one, other):
            return lambda body: one(row := decode(body)) and other(row)
        case _:
            return lambda body: _all(checks, decode(body))


def _holds(engine: Engine, rules: tuple[CompiledRule, ...]) -> Callable[[bytes], bool]:
    loads, is_valid = orjson.loads, engine.is_valid
    checks = tuple(rule.holds for rule in rules)

    def holds(body: bytes) -> bool:
        if may_be_too_deep(body):
            return False
        row = loads(body)
        return is_valid(row) and (not checks or _all(checks, row))

    return holds


def _all(checks: tuple[Callable[[Any], bool], ...], row: Any) -> bool:
    for check in checks:  # noqa: SIM110 - a generator costs more than the rules that it would run
        if not check(row):
            return False
    return True


def _plain(holds: Callable[[bytes], bool]) -> Accepts:
    def accepts(value: bytes | None, schema_id: bytes | None = None) -> bool:
        del schema_id
        try:
            return value is not None and holds(value)
        except _NOT_ACCEPTED:
            return False

    return accepts


def _framed(holds: Callable[[bytes], bool], *, needs_frame: bool) -> Accepts:
    def accepts(value: bytes | None, schema_id: bytes | None = None) -> bool:
        try:
            if value is None:
                return False
            if schema_id is not None:
                return schema_id[:1] == _GUID and len(schema_id) == _GUID_SIZE and holds(value)
            if value[0] == 0:
                return holds(value[_FRAME:])
            return not needs_frame and holds(value)
        except (*_NOT_ACCEPTED, IndexError):
            return False

    return accepts
