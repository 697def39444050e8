"""What a query's answer may be: the value of a field that is classified, as ``max(salary)`` is."""

import re
from typing import Final

from sluice.compile.annotation import classified
from sluice.compile.walk import visits
from sluice.contract.measures import Sql
from sluice.contract.model import SchemaObject

ANY_COLUMN: Final = re.compile(r"\bcolumns\s*\(", re.IGNORECASE)
NOT_TOLD: Final = "the number is not told: the query reads a classified field"


def reads_classified(asked: Sql, described: SchemaObject) -> bool:
    """Whether the query names a classified field, or takes columns without naming them.

    Told by the words of the query, on the safe side: also a count that reads such a field keeps its number.
    """
    names = {visit.names[-1].lower() for visit in classified(visits(described.fields))} - {"*"}
    words = f"{asked.query} {asked.field or ''}".lower()
    return any(name in words for name in names) or bool(names and ANY_COLUMN.search(words))
