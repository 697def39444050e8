"""One sentence for people about a rejected record: the reason, the first violations, and how many there are."""

from collections.abc import Sequence
from typing import Final

from sluice.verdict.codes import SENTENCES
from sluice.verdict.model import Violation

_TOLD: Final = 3
_BYTES_MAX: Final = 1024


def message_of(code: str, violations: Sequence[Violation]) -> str:
    """The sentence, 1 KiB at most; it names rules and places, never a value of the record."""
    sentence = SENTENCES[code]
    if violations:
        told = "; ".join(f"{v.rule}: expected {v.expected}" for v in violations[:_TOLD])
        more = f"; and {len(violations) - _TOLD} more" if len(violations) > _TOLD else ""
        sentence = f"{sentence}: {told}{more}"
    written = sentence.encode()
    return sentence if len(written) <= _BYTES_MAX else written[: _BYTES_MAX - 3].decode("utf-8", "ignore") + "…"
