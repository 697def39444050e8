"""What in a contract no schema can say: found by lint, with the reason and the way out."""

from collections.abc import Iterator

from sluice.compile.allowed import allowed_complaints
from sluice.compile.bounds import bound_complaints
from sluice.compile.types import COMPILERS
from sluice.compile.value import Complaint
from sluice.compile.walk import Visit, visits
from sluice.contract.model import Contract, Enforce
from sluice.problem import Problem, Severity


def problems(contract: Contract) -> tuple[Problem, ...]:
    """Every reason why the objects that carry a stream cannot be compiled, or mean less than they say.

    An object without a stream is judged by nobody record by record, so nothing is said of it.
    """
    return tuple(
        Problem(
            place=visit.field.place,
            code=complaint.code,
            message=f"'{visit.label}': {complaint.message}",
            way_out=complaint.way_out,
            severity=complaint.severity,
        )
        for described in contract.objects
        if described.stream is not None
        for visit in visits(described.fields)
        for complaint in _complaints(visit)
    )


def _complaints(visit: Visit) -> Iterator[Complaint]:
    """The type's own complaints first; where it has some, the checks that compile the field are pointless."""
    found = tuple(COMPILERS[visit.field.logical_type].complaints(visit.field))
    yield from found
    if not found:
        yield from allowed_complaints(visit.field)
        yield from bound_complaints(visit)
    yield from _enforcement(visit)
    yield from _uniqueness(visit)


def _enforcement(visit: Visit) -> Iterator[Complaint]:
    if visit.field.enforce is Enforce.ON and visit.observed:
        yield Complaint(
            code="enforce-inside-observed",
            message="it is enforced inside a field that is only observed, which rejects nothing",
            way_out="drop enforce here, or enforce the field that it is in",
            severity=Severity.WARNING,
        )


def _uniqueness(visit: Visit) -> Iterator[Complaint]:
    if visit.field.unique and visit.field.primary_key_position is None:
        yield Complaint(
            code="unique-needs-many-records",
            message="unique says something about many records, and a record is judged alone",
            way_out="add a quality rule with the metric duplicateValues, which is judged on each landing",
            severity=Severity.WARNING,
        )
