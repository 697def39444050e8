"""One small compiler for each logical type of ODCS v3.2.0, in one table."""

from typing import Final

from sluice.compile.types import collection, moment, numeric, plain
from sluice.compile.value import TypeCompiler
from sluice.contract.model import LogicalType

COMPILERS: Final[dict[LogicalType, TypeCompiler]] = {
    LogicalType.STRING: plain.STRING,
    LogicalType.BOOLEAN: plain.BOOLEAN,
    LogicalType.INTEGER: numeric.INTEGER,
    LogicalType.NUMBER: numeric.NUMBER,
    LogicalType.DATE: moment.DATE,
    LogicalType.TIME: moment.TIME,
    LogicalType.TIMESTAMP: moment.TIMESTAMP,
    LogicalType.OBJECT: collection.OBJECT,
    LogicalType.ARRAY: collection.ARRAY,
    LogicalType.MAP: collection.MAP,
    LogicalType.VECTOR: collection.VECTOR,
}
