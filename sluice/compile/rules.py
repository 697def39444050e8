"""The rules schema: all that one record must meet, and the ``x-sluice`` annotation that makes it a contract."""

from sluice.compile.annotation import annotation
from sluice.compile.field import row_schema
from sluice.compile.value import Schema
from sluice.contract.model import Contract, SchemaObject


def rules_schema(contract: Contract, described: SchemaObject) -> Schema:
    """The rules of the object's record as a draft-07 schema; ``contract`` must be free of problems.

    The object must carry a stream: without topics there is nothing to judge. Raises ValueError where it has none.
    """
    head = Schema({"$schema": "http://json-schema.org/draft-07/schema#"})
    head["x-sluice"] = annotation(contract, described)
    return head | {"title": described.name} | row_schema(described)
