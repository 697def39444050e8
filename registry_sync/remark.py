"""What a plan says beside its changes: why it refuses itself, and what a reader should know."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A reason not to apply; ``code`` is stable, ``forceable`` says whether ``--force`` overrules it."""

    code: str
    name: str
    sentence: str
    reasons: tuple[str, ...] = ()
    ways_out: tuple[str, ...] = ()
    forceable: bool

    def as_json(self) -> dict[str, Any]:
        """The refusal as a JSON object."""
        return {
            "code": self.code,
            "name": self.name,
            "sentence": self.sentence,
            "reasons": list(self.reasons),
            "ways_out": list(self.ways_out),
            "forceable": self.forceable,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to know that changes nothing."""

    name: str
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """The note as a JSON object."""
        return {"name": self.name, "sentence": self.sentence}
