"""What an object's rules need to know of its rows, as a profile's specification."""

from collections.abc import Iterator

from sluice.compile.annotation import classified
from sluice.compile.walk import visits
from sluice.contract.model import SchemaObject
from sluice.contract.quality import ChangeRate, InvalidValues, Measure, MissingValues, Monotonicity, QualityRule
from sluice.profile.model import Token
from sluice.profile.spec import ProfileSpec, SliceSet, Technical


def spec_of(described: SchemaObject) -> ProfileSpec:
    """The specification for the staged rows of an object."""
    stream = described.stream
    return ProfileSpec(
        classified=classified_fields(described),
        tokens=_tokens(described.quality),
        counted={
            rule.id: measure
            for rule in described.quality
            if isinstance(measure := _compared(rule), MissingValues | InvalidValues)
        },
        ordered=frozenset(rule.measure.field for rule in described.quality if isinstance(rule.measure, Monotonicity)),
        slices=tuple(_slices(described)),
        technical=Technical(event=stream.event_time if stream else None),
    )


def classified_fields(described: SchemaObject) -> frozenset[str]:
    """The dotted names of the fields whose values never leave."""
    seen = tuple(visits(described.fields))
    return frozenset(".".join(visit.names) for visit in classified(seen))


def _compared(rule: QualityRule) -> Measure:
    return rule.measure.of if isinstance(rule.measure, ChangeRate) else rule.measure


def _tokens(rules: tuple[QualityRule, ...]) -> dict[str, tuple[Token, ...]]:
    found: dict[str, tuple[Token, ...]] = {}
    for rule in rules:
        measure = _compared(rule)
        if isinstance(measure, MissingValues):
            for name in measure.fields:
                told = (token for token in measure.tokens if token is not None)
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *told)))
    return found


def _slices(described: SchemaObject) -> Iterator[SliceSet]:
    """One for each way in which the rules part the rows, and one by producer where records name theirs."""
    ways: dict[tuple[str, ...], list[str]] = {}
    for rule in described.quality:
        if rule.segment_by:
            ways.setdefault(rule.segment_by, []).extend(rule.fields)
    for by, columns in ways.items():
        yield SliceSet(by=by, columns=tuple(dict.fromkeys(columns)))
    if described.stream is not None and described.stream.producer_header:
        yield SliceSet(producers=True, lateness=True)
