"""Values of a contract (tokens, valid values) against the cells of a typed column."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluice.profile.columns import Kind
from sluice.profile.model import Token

Mask = npt.NDArray[np.bool_]

_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.INTEGER: (int, float),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
    Kind.TEXT: (str,),
    Kind.INSTANT: (str,),
}


def scalar_for(token: Token, kind: Kind, type_: pa.DataType) -> pa.Scalar | None:
    """The token as a cell of the column; None where no cell can hold it ("N/A" among integers; 1 is no true)."""
    fitting = _TYPES.get(kind, ())
    if not isinstance(token, fitting) or (isinstance(token, bool) and bool not in fitting):
        return None
    try:
        return pa.scalar(token).cast(type_)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def counts(column: pa.Array, kind: Kind, tokens: Iterable[Token]) -> dict[Token, int]:
    """How many cells hold each token; null is none, it is counted by itself."""
    told = {token: scalar_for(token, kind, column.type) for token in tokens if token is not None}
    return {token: 0 if cell is None else pc.sum(pc.equal(column, cell)).as_py() or 0 for token, cell in told.items()}


def among(column: pa.Array, kind: Kind, values: Iterable[Token]) -> Mask:
    """Which cells hold one of the values; a null holds none."""
    cells = [cell for value in values if (cell := scalar_for(value, kind, column.type)) is not None]
    return truths(pc.is_in(column, pa.array([cell.as_py() for cell in cells], column.type)))


def truths(booleans: pa.Array) -> Mask:
    """A column of booleans; null is false."""
    return np.asarray(booleans.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)  # noqa: FBT003 - a value, no flag
