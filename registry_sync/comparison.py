"""Our own comparison of two schemas, as sentences: registries say yes or no, and several say nothing more."""

from collections.abc import Callable

from connections.registry import Schema
from registry_sync.equal import parsed
from sluice.compat import Difference, reasons
from sluice.contract.stream import Compatibility

Compare = Callable[[Compatibility, Schema, Schema], tuple[str, ...]]


def reasons_in_words(level: Compatibility, old: Schema, new: Schema) -> tuple[str, ...]:
    """Why ``level`` forbids that ``new`` follows ``old``; empty where it does not."""
    if level is Compatibility.NONE:
        return ()
    if old.type != new.type:
        return (f"the type of the schema changes from {old.type} to {new.type}",)
    before, after = parsed(old.text), parsed(new.text)
    if before is None or after is None:
        return ("one of the two schemas is no JSON object, so they cannot be compared",)
    return tuple(map(_sentence, reasons(level, before, after)))


def _sentence(difference: Difference) -> str:
    way_out = f"; {difference.way_out}" if difference.way_out else ""
    return f"{difference.pointer or '/'}: {difference.sentence}{way_out}"
