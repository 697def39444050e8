"""Who may do what with the topics of a contract: principals come from the contract, those of the jobs from settings."""

from collections.abc import Iterator

from registry_sync.settings import AccessNames
from registry_sync.state import Access, Operation, Resource
from sluice.contract.model import Contract
from sluice.contract.stream import Stream


def wanted_access(contract: Contract, stream: Stream, names: AccessNames) -> Iterator[Access]:
    """Every rule that the contract implies; what reads or writes may describe, so that is not said again.

    Producers write raw; the validator reads raw and writes its outputs; the landing reads these; the scheduled job's
    ledger reads all three, and asks how far the groups of the jobs are; consumers read validated; owners read the dead
    letters and the parking topic. Whoever reads may use the group of his own name, and those that begin with it and a
    dot. The validator may read its outputs too: an upgrade derives its offsets from their raw coordinates; and the
    settings of all three: a start refuses outputs that are too small for what comes.
    """
    for producer in contract.producers:
        yield from _on(producer, (stream.raw,), Operation.WRITE)
    yield from _on(names.validator, (stream.raw, stream.validated, stream.dead_letter), Operation.READ)
    yield from _on(names.validator, (stream.raw, stream.validated, stream.dead_letter), Operation.DESCRIBE_CONFIGS)
    yield from _on(names.validator, (stream.validated, stream.dead_letter), Operation.WRITE)
    yield _named(names.validator, Operation.READ, Resource.GROUP, names.group_prefix, prefixed=True)
    yield _named(
        names.validator, Operation.WRITE, Resource.TRANSACTIONAL_ID, names.transactional_id_prefix, prefixed=True
    )
    yield from _on(names.landing, (stream.validated, stream.dead_letter), Operation.READ)
    yield _named(names.landing, Operation.READ, Resource.GROUP, names.landing_group_prefix, prefixed=True)
    yield from _on(names.scheduled, (stream.raw, stream.validated, stream.dead_letter), Operation.READ)
    yield _named(names.scheduled, Operation.DESCRIBE, Resource.GROUP, names.group_prefix, prefixed=True)
    yield _named(names.scheduled, Operation.READ, Resource.GROUP, names.ledger_group)
    for consumer in contract.consumers:
        if consumer.principal:
            yield from _on(consumer.principal, (stream.validated,), Operation.READ)
            yield from _groups(consumer.principal, consumer.name)
    if contract.owner_principal:
        yield from _on(contract.owner_principal, (stream.dead_letter, stream.parking), Operation.READ)
        yield from _groups(contract.owner_principal, f"{contract.id}-owners")


def _on(principal: str, topics: tuple[str, ...], operation: Operation) -> Iterator[Access]:
    for topic in topics:
        yield _named(principal, operation, Resource.TOPIC, topic)


def _groups(principal: str, name: str) -> Iterator[Access]:
    yield _named(principal, Operation.READ, Resource.GROUP, name)
    yield _named(principal, Operation.READ, Resource.GROUP, f"{name}.", prefixed=True)


def _named(principal: str, operation: Operation, resource: Resource, name: str, *, prefixed: bool = False) -> Access:
    return Access(principal=_principal(principal), operation=operation, resource=resource, name=name, prefixed=prefixed)


def _principal(name: str) -> str:
    return name if ":" in name else f"User:{name}"
