"""The event time is a declared timestamp that is always there."""

from collections.abc import Iterator

from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.draft import FieldDraft, ObjectDraft, vendor_value
from sluice.contract.model import LogicalType
from sluice.contract.suggest import did_you_mean
from sluice.contract.tree import MapNode
from sluice.problem import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """Windows, lateness and landings all stand on it."""
    for found in subject.streams:
        stream = found.stream
        if stream is None:
            continue
        if stream.entry("eventTime"):
            yield from _declared(subject, found, stream)
        elif any(_judges_windows(rule) for rule in found.quality()):
            yield warning(
                stream.place,
                "no-event-time",
                f"object '{found.name}' has rules on windows but no eventTime: they are judged by arrival",
                "name the timestamp that says when it happened: `eventTime: FIELD`",
            )


def _judges_windows(rule: MapNode) -> bool:
    implementation = rule.map("implementation")
    return vendor_value(rule, "window") is not None or (
        implementation is not None and implementation.get("window") is not None
    )


def _declared(subject: Subject, found: ObjectDraft, stream: MapNode) -> Iterator[Problem]:
    path = stream.text("eventTime")
    place = stream.place_of_value("eventTime")
    field = found.field(path)
    if field is None:
        timestamps = [field.path for field in found.fields if field.type is LogicalType.TIMESTAMP]
        every = [field.path for field in found.fields]
        yield error(
            place,
            "event-time-unknown",
            f"eventTime names '{path}', which object '{found.name}' does not declare",
            did_you_mean(path, every, did_you_mean(path, timestamps) or "declare a required timestamp"),
        )
    elif field.nested:
        yield error(place, "event-time-many", f"eventTime names '{path}', of which one record may hold several", "")
    elif field.type not in {LogicalType.TIMESTAMP, None}:
        yield error(
            place,
            "event-time-no-timestamp",
            f"eventTime names '{path}', which is declared as {field.type}",
            "it must be a field with `logicalType: timestamp`",
        )
    else:
        yield from _always_there(subject, found, path, stream)


def _always_there(subject: Subject, found: ObjectDraft, path: str, stream: MapNode) -> Iterator[Problem]:
    steps = path.split(".")
    ways = [found.field(".".join(steps[: depth + 1])) for depth in range(len(steps))]
    loose: list[FieldDraft] = [
        field for field in ways if field and subject.is_sound(field.node) and not field.is_null_free
    ]
    for field in loose:
        yield error(
            stream.place_of_value("eventTime"),
            "event-time-may-be-null",
            f"eventTime names '{path}', but '{field.path}' (line {field.place.line}) may be missing or null",
            f"say `required: true` on '{field.path}'",
        )
