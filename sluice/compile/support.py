"""What in a contract no schema can say: found by lint, with the reason and the way out."""

from collections.abc import Iterator

from sluice.compile.allowed import allowed_complaints
from sluice.compile.bounds import bound_complaints
from sluice.compile.ruleid import KEYWORDS, RECORD
from sluice.compile.types import COMPILERS
from sluice.compile.value import Complaint
from sluice.compile.walk import Visit, visits
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.stream import Enforce
from sluice.problem import Place, Problem, Severity


def problems(contract: Contract) -> tuple[Problem, ...]:
    """Every reason why the objects that carry a stream cannot be compiled, or mean less than they say.

    An object without a stream is judged by nobody record by record, so nothing is said of it.
    """
    streamed = (described for described in contract.objects if described.stream is not None)
    return tuple(problem for described in streamed for problem in _problems(described))


def _problems(described: SchemaObject) -> Iterator[Problem]:
    labels: set[str] = set()
    for visit in visits(described.fields):
        for complaint in _complaints(visit):
            yield _problem(complaint, visit.field.place, visit.label)
        for complaint in _shared_id(visit.label, labels):
            yield _problem(complaint, visit.field.place, visit.label)
        labels.add(visit.label)
    for rule in described.rules:
        for complaint in _rule_name(rule.id, labels):
            yield _problem(complaint, rule.place, rule.id)


def _problem(complaint: Complaint, place: Place, name: str) -> Problem:
    return Problem(
        place=place,
        code=complaint.code,
        message=f"'{name}': {complaint.message}",
        way_out=complaint.way_out,
        severity=complaint.severity,
    )


def _rule_name(name: str, labels: set[str]) -> Iterator[Complaint]:
    field, _, keyword = name.rpartition(".")
    if keyword in KEYWORDS and field in {*labels, RECORD}:
        yield Complaint(
            code="ambiguous-rule-id",
            message="this is the id of a rule that the schema itself makes",
            way_out="name the rule after what it says, without a dot",
        )


def _shared_id(label: str, labels: set[str]) -> Iterator[Complaint]:
    if label == RECORD or label in labels:
        other = "the record itself" if label == RECORD else "another field"
        yield Complaint(
            code="rule-id-shared",
            message=f"the ids of its rules are those of {other}, told apart by the pointer alone",
            way_out="rename the field, or group alerts by rule and pointer",
            severity=Severity.WARNING,
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
