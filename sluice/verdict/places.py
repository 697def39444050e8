"""Where a violation stands: a schema's path, read as a field of the record, and as a pointer that holds no value.

A pointer names declared fields and array indexes only. Map keys and undeclared names come from the record and may
hold values, so a pointer ends at the object that has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

Path = Sequence[str | int]


class Kind(Enum):
    """What a step goes into: a declared field, an element of an array, a value of a map."""

    FIELD = auto()
    INDEX = auto()
    KEY = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a value into a part of it; ``name`` is the declared field, or ``*``."""

    kind: Kind
    name: str = "*"


INDEX: Final = Step(Kind.INDEX)
KEY: Final = Step(Kind.KEY)


def steps_of(schema_path: Path) -> tuple[Step, ...]:
    """The steps into the record that a schema path takes, outermost first; its last element is the keyword."""
    steps: list[Step] = []
    at, last = 0, len(schema_path) - 1
    while at < last:
        match schema_path[at]:
            case "properties":
                steps.append(Step(Kind.FIELD, str(schema_path[at + 1])))
                at += 2
            case "patternProperties":
                steps.append(KEY)
                at += 2
            case "additionalProperties" | "unevaluatedProperties":
                steps.append(KEY)
                at += 1
            case "items" | "additionalItems" | "prefixItems" | "unevaluatedItems":
                steps.append(INDEX)
                at += 2 if isinstance(schema_path[at + 1], int) and at + 1 < last else 1
            case "definitions" | "$defs" | "dependencies" | "dependentSchemas":
                at += 2
            case _:
                at += 1
    return tuple(steps)


def pointer_of(instance_path: Path, steps: Sequence[Step]) -> str:
    """The RFC 6901 pointer of an instance path, ended before the first map key."""
    parts: list[str] = []
    for part, step in zip(instance_path, steps, strict=False):
        if step.kind is Kind.KEY:
            break
        parts.append(part.replace("~", "~0").replace("/", "~1") if isinstance(part, str) else str(part))
    return "".join(f"/{part}" for part in parts)


def tokens_of(pointer: str) -> tuple[str, ...]:
    """An RFC 6901 pointer as its tokens."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
