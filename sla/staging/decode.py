"""From the bytes of judged records to typed columns: what does not fit becomes null, and is counted.

One pass with a struct made for the contract; a record that the struct refuses is taken apart field by field.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import msgspec
import numpy as np
import orjson
import pyarrow as pa
from msgspec import UNSET

from sla.staging.extras import extras_of
from sla.staging.fit import Unfit, as_given, fitted
from sla.staging.instants import all_holdable
from sla.staging.types import Kind, struct_of
from sluice.contract.model import Field

Mask = np.ndarray[Any, np.dtype[np.bool_]]
EXTRA: Final = "_extra"
MISFITS: Final = (msgspec.DecodeError, TypeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Columns by field name, all of one length; ``absent`` and ``unfit`` hold a mask for the fields that have any."""

    columns: dict[str, pa.Array]
    absent: dict[str, Mask]
    unfit: dict[str, Mask]


class Decoder:
    """Decodes records of one version of one object; ``extras`` keeps what is not declared."""

    def __init__(self, fields: tuple[Field, ...], *, extras: bool) -> None:
        self._struct, self.kinds = struct_of(fields, "Row")
        self._fast: Callable[[bytes], Any] = msgspec.json.Decoder(self._struct).decode
        self._slots = {name: f"f{number}" for number, name in enumerate(self.kinds)}
        self._extras = extras

    @property
    def schema(self) -> pa.Schema:
        """The stored columns."""
        kept = [pa.field(name, kind.stored) for name, kind in self.kinds.items()]
        return pa.schema([*kept, pa.field(EXTRA, pa.string())] if self._extras else kept)

    def decode(self, bodies: Sequence[bytes | None]) -> Decoded:
        """Decode payloads without their frames; None, and what is no JSON object, is a row of nulls that do not fit."""
        rows: list[Any] = []
        misfits: dict[str, list[int]] = {}
        for number, body in enumerate(bodies):
            try:
                rows.append(self._fast(body))  # type: ignore[arg-type]  # None is refused like any other misfit
            except MISFITS:
                row, unfit = self._apart(body)
                rows.append(row)
                for name in unfit:
                    misfits.setdefault(name, []).append(number)
        columns: dict[str, pa.Array] = {}
        absent: dict[str, Mask] = {}
        for name, kind in self.kinds.items():
            values = list(map(attrgetter(self._slots[name]), rows))
            if UNSET in values:
                absent[name] = np.fromiter((value is UNSET for value in values), np.bool_, len(values))
                values = [None if value is UNSET else value for value in values]
            columns[name], more = self._column(kind, values)
            misfits.setdefault(name, []).extend(more)
        unfits = {name: _mask(numbers, len(rows)) for name, numbers in misfits.items() if numbers}
        absent = {name: mask & ~unfits[name] if name in unfits else mask for name, mask in absent.items()}
        if self._extras:
            columns[EXTRA] = pa.array([extras_of(body, self.kinds) for body in bodies], pa.string())
        return Decoded(columns=columns, absent=absent, unfit=unfits)

    def _apart(self, body: bytes | None) -> tuple[Any, list[str]]:
        """Take one record apart: the fields that fit, and the names of those that do not."""
        try:
            document = orjson.loads(body) if body is not None else None
        except orjson.JSONDecodeError:
            document = None
        if not isinstance(document, dict):
            return self._struct(), list(self.kinds)
        values: dict[str, Any] = {}
        unfit: list[str] = []
        for name, kind in self.kinds.items():
            if name not in document:
                continue
            try:
                values[self._slots[name]] = fitted(document[name], kind)
            except Unfit:
                values[self._slots[name]] = None
                unfit.append(name)
        return self._struct(**values), unfit

    @staticmethod
    def _column(kind: Kind, values: list[Any]) -> tuple[pa.Array, list[int]]:
        """The stored column, and the places of values that the stored type does not hold: a day that is none."""
        given = [as_given(value, kind) for value in values] if _is_nested(kind) else values
        try:
            column = pa.array(given, kind.given).cast(kind.stored)
        except (pa.ArrowException, OverflowError):
            return _one_by_one(given, kind)
        return (column, []) if all_holdable(column) else _one_by_one(given, kind)


def _one_by_one(values: list[Any], kind: Kind) -> tuple[pa.Array, list[int]]:
    parts: list[Any] = []
    unfit: list[int] = []
    for number, value in enumerate(values):
        try:
            parts.append(fitted(value, kind, stored=True))
        except Unfit:
            parts.append(None)
            unfit.append(number)
    return pa.array(parts, kind.stored), unfit


def _is_nested(kind: Kind) -> bool:
    return kind.scalar is None


def _mask(numbers: list[int], length: int) -> Mask:
    mask = np.zeros(length, np.bool_)
    mask[numbers] = True
    return mask
