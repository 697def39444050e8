"""A reason: one way in which a document that was fine for the writer may not be fine for the reader."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``pointer`` leads into the schema that refuses; ``kind`` picks the sentence, ``facts`` fill it."""

    pointer: str
    kind: str
    facts: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)


def step(pointer: str, *names: object) -> str:
    """The pointer, further down: RFC 6901."""
    return pointer + "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in names)
