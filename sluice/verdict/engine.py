"""The JSON Schema engine: jsonschema-rs, set up so that no schema reaches the network and no pattern can stall."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import jsonschema_rs
from jsonschema_rs import ReferencingError, RegexOptions, Registry, ValidationError, validator_cls_for

from sluice.verdict.annotation import NotAContract

_DRAFTS: Final = {
    jsonschema_rs.Draft4Validator: jsonschema_rs.Draft4,
    jsonschema_rs.Draft6Validator: jsonschema_rs.Draft6,
    jsonschema_rs.Draft7Validator: jsonschema_rs.Draft7,
    jsonschema_rs.Draft201909Validator: jsonschema_rs.Draft201909,
    jsonschema_rs.Draft202012Validator: jsonschema_rs.Draft202012,
}


class Engine(Protocol):
    """What the gate asks of a JSON Schema engine."""

    def is_valid(self, instance: Any) -> bool:
        """Whether the instance meets the schema."""

    def iter_errors(self, instance: Any) -> Any:
        """Every error of the instance."""


def engine_for(schema: Any, references: Mapping[str, Any] | None = None) -> Engine:
    """Compile a schema of any draft; formats are asserted, patterns run on a linear-time engine, nothing is fetched.

    ``references`` holds the schemas that it refers to, by URI or name. Raises NotAContract where the text is no JSON
    Schema, refers to what is not there, or has a pattern that needs backtracking.
    """
    try:
        kind = validator_cls_for(schema)
        engine: Engine = kind(
            schema,
            validate_formats=True,
            ignore_unknown_formats=True,
            pattern_options=RegexOptions(),
            registry=Registry(list((references or {}).items()), draft=_DRAFTS[kind]),
            offline=True,
        )
    except (ValidationError, ReferencingError, ValueError, TypeError) as wrong:
        raise NotAContract(f"the schema does not compile: {str(wrong).splitlines()[0]}") from None
    return engine
