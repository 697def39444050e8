"""One sentence for people about a rejected record: the reason, the first violations, and how many there are."""

from typing import Final

from sluice.verdict.codes import SENTENCES
from sluice.verdict.model import Invalid

_TOLD: Final = 3
_BYTES_MAX: Final = 1024


def message_of(invalid: Invalid) -> str:
    """The sentence, 1 KiB at most; it names rules and places, never a value of the record."""
    sentence = SENTENCES[invalid.code]
    if invalid.violations:
        told = "; ".join(f"{v.rule}: expected {v.expected}" for v in invalid.violations[:_TOLD])
        more = f"; and {invalid.total - _TOLD} more" if invalid.total > _TOLD else ""
        sentence = f"{sentence}: {told}{more}"
    written = sentence.encode()
    return sentence if len(written) <= _BYTES_MAX else written[: _BYTES_MAX - 3].decode("utf-8", "ignore") + "…"
