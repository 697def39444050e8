"""What of a finding may be told: bounded texts, and no value of a classified field."""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from math import isfinite
from typing import Final

from sluice.compile.annotation import classified
from sluice.compile.walk import visits
from sluice.contract.model import Contract
from sluice.finding.model import Evidence, Finding, Segment
from sluice.incident.order import PLATFORM

MASK: Final = "(classified)"
EVIDENCE_MAX: Final = 5
TEXT_MAX: Final = 300
OURS: Final = frozenset({"producer", "partition", "clock", "watched"})  # segments that are no field: named by us
FIELDS_MAX: Final = 1_000
"""Which consumers are concerned depends on the fields, and no text shows them: more of them are all of the object."""

NAME_MAX: Final = 1_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_WHOLE_WORD_MIN: Final = 3

Placed = tuple[Segment, str]
"""A segment as it may be shown, and what tells apart those whose values are masked: empty where none is."""

Shown = Callable[[str], bool]


def screened(finding: Finding, contract: Contract | None) -> Finding:
    """The finding as it may be told: classified segment values masked, also where another text repeats them."""
    hidden = _hidden(finding.segment, _shown(finding, contract))
    return replace(
        finding,
        segment=_masked(finding.segment, hidden),
        holding=(),  # what holds is settled by then, and its values are kept nowhere
        observed=finding.observed if finding.observed is None or isfinite(finding.observed) else None,
        expected=_text(finding.expected, hidden),
        unit=_text(finding.unit, hidden, 40),
        reason=_text(finding.reason, hidden),
        description=_text(finding.description, hidden),
        dimension=_text(finding.dimension, hidden, 40),
        attributed=_text(finding.attributed, hidden),
        fields=_fields(finding.fields),
        evidence=tuple(_evidence(one, hidden) for one in finding.evidence[:EVIDENCE_MAX]),
    )


def placed(finding: Finding, contract: Contract | None, mark_key: bytes) -> Placed:
    """Where the finding is, as its incident is known."""
    return _placed(finding.segment, _shown(finding, contract), mark_key)


def holding(finding: Finding, contract: Contract | None, mark_key: bytes) -> frozenset[Placed]:
    """The segments that the finding says hold, as their incidents are known."""
    shown = _shown(finding, contract)
    return frozenset(_placed(segment, shown, mark_key) for segment in finding.holding)


def one_line(text: str, limit: int = TEXT_MAX) -> str:
    r"""Without line breaks, control and invisible characters, and cut; it says how much was cut.

    >>> one_line("a\nb" + "c" * 10, 6)
    'a bccc… (7 more characters)'
    """
    flat = _CONTROL.sub(" ", text).strip()
    return flat if len(flat) <= limit else f"{flat[:limit]}… ({len(flat) - limit} more characters)"


def _fields(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one_line(name, NAME_MAX) for name in names) if len(names) <= FIELDS_MAX else ()


def _evidence(evidence: Evidence, hidden: Mapping[str, str]) -> Evidence:
    return replace(
        evidence,
        kind=_text(evidence.kind, hidden, 40),
        place=_text(evidence.place, hidden),
        detail=_text(evidence.detail, hidden),
    )


def _text(text: str, hidden: Mapping[str, str], limit: int = TEXT_MAX) -> str:
    for value in hidden.values():
        text = _without(text, value)
    return one_line(text, limit)


def _without(text: str, value: str) -> str:
    """Short values only as whole words: masking each letter A would leave nothing to read."""
    if len(value) >= _WHOLE_WORD_MIN:
        return text.replace(value, MASK)
    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)


def _masked(segment: Segment, hidden: Mapping[str, str]) -> Segment:
    return tuple(
        (name, MASK if name in hidden and value else _text(value, hidden) if value else value)
        for name, value in segment
    )


def _placed(segment: Segment, shown: Shown, mark_key: bytes) -> Placed:
    """The mark is keyed: who has an id and a list of all the values there are could try them out otherwise."""
    hidden = _hidden(segment, shown)
    told = repr(sorted(hidden.items())).encode("utf-8", "surrogatepass")
    return _masked(segment, hidden), hmac.new(mark_key, told, sha256).hexdigest() if hidden else ""


def _hidden(segment: Segment, shown: Shown) -> dict[str, str]:
    return {name: value for name, value in segment if value and not shown(name)}


def _shown(finding: Finding, contract: Contract | None) -> Shown:
    """Whether a field's values may be shown: those of a field that nobody declared may not."""
    if contract is None:  # nobody can say what is classified in it, unless it is our own
        return lambda name: finding.kind == PLATFORM or name in OURS
    seen = tuple(visits(next((one.fields for one in contract.objects if one.name == finding.object), ())))
    secret = {".".join(visit.names) for visit in classified(seen)}
    declared = {".".join(visit.names) for visit in seen}
    return ((declared - secret) | (OURS - declared)).__contains__
