"""What a contract's object asks of its profiles."""

from collections.abc import Iterator

from sluice.compile.annotation import classified
from sluice.compile.walk import visits
from sluice.contract.measures import ChangeRate, InvalidValues, Measure, MissingValues, Monotonicity
from sluice.contract.model import SchemaObject
from sluice.contract.quality import QualityRule
from sluice.profile.model import Token
from sluice.profile.spec import ProfileSpec, SliceSet, Technical


def spec_of(described: SchemaObject) -> ProfileSpec:
    """The specification for rows staged by this object's contract.

    Raises ValueError where a rule parts the rows by a classified field.
    """
    seen = tuple(visits(described.fields))
    stream = described.stream
    return ProfileSpec(
        columns=tuple(".".join(visit.names) for visit in seen if "*" not in visit.names),
        classified=frozenset(".".join(visit.names) for visit in classified(seen)),
        tokens=_tokens(described.quality),
        counted={rule.id: measure for rule in described.quality if (measure := _counted(rule.measure)) is not None},
        ordered=frozenset(each.measure.field for each in described.quality if isinstance(each.measure, Monotonicity)),
        slices=tuple(_slices(described)),
        technical=Technical(event=stream.event_time if stream is not None else None),
    )


def _counted(measure: Measure) -> MissingValues | InvalidValues | None:
    inner = measure.of if isinstance(measure, ChangeRate) else measure
    return inner if isinstance(inner, MissingValues | InvalidValues) else None


def _tokens(rules: tuple[QualityRule, ...]) -> dict[str, tuple[Token, ...]]:
    tokens: dict[str, dict[Token, None]] = {}
    for rule in rules:
        measure = _counted(rule.measure)
        if isinstance(measure, MissingValues):
            for name in measure.fields:
                tokens.setdefault(name, {}).update(dict.fromkeys(measure.tokens))
    return {name: tuple(told) for name, told in tokens.items()}


def _slices(described: SchemaObject) -> Iterator[SliceSet]:
    """One set for each ``segmentBy``, with the columns that its rules look at; and one for the producers."""
    columns: dict[tuple[str, ...], dict[str, None]] = {}
    for rule in described.quality:
        if rule.segment_by:
            columns.setdefault(rule.segment_by, {}).update(dict.fromkeys(rule.fields))
    for by, names in columns.items():
        yield SliceSet(by=by, columns=tuple(names))
    if described.stream is not None and described.stream.producer_header is not None:
        yield SliceSet(producers=True, lateness=True)
