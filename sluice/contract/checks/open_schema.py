"""An open schema and a compatibility level that forbids its growth are told before the registry refuses."""

from collections.abc import Iterator

from sluice.contract.checks.subject import Subject, warning
from sluice.contract.stream import UnknownFields
from sluice.contract.stream_profile import build_stream
from sluice.problem import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """JSON Schema's content models against the registry's levels."""
    for found in subject.streams:
        stream = build_stream(found)
        if stream is None or found.stream is None:
            continue
        level = stream.compatibility.value
        node = found.stream
        place = node.place_of_value("unknownFields" if node.entry("unknownFields") else "compatibility")
        is_open = stream.unknown_fields is UnknownFields.ALLOW
        if is_open and level.startswith(("BACKWARD", "FULL")):
            yield warning(
                place,
                "open-schema-backward",
                f"object '{found.name}' allows unknown fields under {level}: registries refuse new optional fields,"
                " since old records may hold one of that name with another type",
                "close it (`unknownFields: reject` or `warn`), or take compatibility FORWARD or NONE",
            )
        if not is_open and level.startswith(("FORWARD", "FULL")):
            yield warning(
                place,
                "closed-schema-forward",
                f"object '{found.name}' is closed under {level}: registries refuse every new field,"
                " since readers with the old schema reject records that hold it",
                "take compatibility BACKWARD, or `unknownFields: allow` with FORWARD",
            )
