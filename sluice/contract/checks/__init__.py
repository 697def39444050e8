"""The checks beyond the standard: each one file, each row one promise to the author of a contract."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from sluice.contract.checks import (
    arguments,
    bounds,
    compiling,
    consumers,
    elements,
    event_time,
    field_types,
    identity,
    many,
    names,
    open_schema,
    operators,
    patterns,
    primary_key,
    reachability,
    rules,
    service_levels,
    stream_settings,
    tables,
    topics,
    values,
    windows,
)
from sluice.contract.checks.subject import Check, Subject
from sluice.contract.draft import Draft
from sluice.contract.model import Contract
from sluice.problem import Problem

FOUND_MAX: Final = 100  # by one check in one file

CHECKS: Final[dict[str, Check]] = {
    "identity": identity.check,
    "names": names.check,
    "topics": topics.check,
    "tables": tables.check,
    "types": field_types.check,
    "bounds": bounds.check,
    "patterns": patterns.check,
    "values": values.check,
    "primary key": primary_key.check,
    "event time": event_time.check,
    "stream settings": stream_settings.check,
    "open schema": open_schema.check,
    "rules on one record": rules.check,
    "rules on many records": arguments.check,
    "what they measure": many.check,
    "operators": operators.check,
    "windows": windows.check,
    "service level elements": elements.check,
    "service levels": service_levels.check,
    "consumers": consumers.check,
    "reachability": reachability.check,
}


def problems(draft: Draft, contract: Contract, told: Sequence[Problem]) -> Iterator[Problem]:
    """What the checks find in a file; ``told`` is what was found before.

    Compiling comes last, and only for objects that are sound: a field that is misspelt would be told again by every
    rule that reads it.
    """
    subject = Subject(draft=draft, contract=contract, told=tuple(told))
    found = [problem for check in CHECKS.values() for problem in islice(check(subject), FOUND_MAX)]
    yield from found
    yield from islice(compiling.check(replace(subject, told=(*subject.told, *found))), FOUND_MAX)
