"""The JSON Schema engine: jsonschema-rs, set up so that no schema reaches the network and no pattern can stall."""

from typing import Any, Protocol

from jsonschema_rs import ReferencingError, RegexOptions, ValidationError, validator_cls_for

from sluice.verdict.annotation import NotAContract


class Engine(Protocol):
    """What the gate asks of a JSON Schema engine."""

    def is_valid(self, instance: Any) -> bool:
        """Whether the instance meets the schema."""

    def iter_errors(self, instance: Any) -> Any:
        """Every error of the instance."""


def engine_for(schema: Any) -> Engine:
    """Compile a schema of any draft; formats are asserted, patterns run on a linear-time engine, nothing is fetched.

    Raises NotAContract where the text is no JSON Schema, or has a pattern that needs backtracking.
    """
    try:
        engine: Engine = validator_cls_for(schema)(
            schema, validate_formats=True, ignore_unknown_formats=True, pattern_options=RegexOptions(), offline=True
        )
    except (ValidationError, ReferencingError, ValueError, TypeError) as wrong:
        raise NotAContract(f"the schema does not compile: {str(wrong).splitlines()[0]}") from None
    return engine
