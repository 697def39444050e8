"""Ending whatever an earlier job of the same name left open: its transactions are aborted, its producers fenced."""

import re
import time
from typing import Any, Final

from connections.reading import extents_of
from connections.settings import Kafka
from sluice.terminal import Fault
from validator.gateway import prepare
from validator.job import reason
from validator.properties import SHADED, connector_properties

POLL_SECONDS: Final = 0.5


def fence(kafka: Kafka, prefix: str) -> tuple[str, ...]:
    """Fence every producer whose transactional id has the prefix, which aborts what it left open; the ids.

    librdkafka cannot list transactions, so this asks by the connector's own client, in the Java beside us. A killed
    job's TaskManager that comes back cannot write any more afterwards.
    """
    from pyflink.java_gateway import get_gateway  # noqa: PLC0415 - Flink is an extra; only starting a job needs it

    prepare()
    jvm = get_gateway().jvm
    properties = jvm.java.util.Properties()
    for name, value in connector_properties(kafka).items():
        properties.setProperty(name, value)
    clients = getattr(jvm, f"{SHADED}org.apache.kafka.clients.admin.Admin")
    seconds, milliseconds = jvm.java.util.concurrent.TimeUnit.SECONDS, int(kafka.timeout_seconds * 1000)
    properties.setProperty("default.api.timeout.ms", str(milliseconds))
    properties.setProperty("request.timeout.ms", str(milliseconds))
    admin: Any = None
    try:
        admin = clients.create(properties)
        patience = int(kafka.timeout_seconds) + 5
        listed = admin.listTransactions().all().get(patience, seconds)
        ids = sorted(name for name in (each.transactionalId() for each in listed) if is_of(name, prefix))
        if ids:
            admin.fenceProducers(_java_list(jvm, ids)).all().get(patience, seconds)
    except Exception as error:
        raise Fault(f"the transactions of {prefix} could not be ended: {reason(error)}") from error
    finally:
        if admin is not None:
            admin.close()
    return tuple(ids)


def is_of(transactional_id: str, prefix: str) -> bool:
    """Whether the connector made the id for this prefix: ``<prefix>-<subtask>-<number>``.

    An id that begins alike may be of another job, whose name goes on where ours ends: fencing it would lose records.
    """
    return re.fullmatch(re.escape(prefix) + r"-[0-9]+-[0-9]+", transactional_id) is not None


def await_settled(kafka: Kafka, topics: list[str], *, fenced: bool) -> None:
    """Wait until nothing is open on the topics: their last stable offset is their end.

    ``fenced`` says that the job's own transactions were ended before, which a stop with a savepoint does not do.
    """
    deadline = time.monotonic() + kafka.timeout_seconds + 15
    while True:
        ends = extents_of(kafka, topics, committed=False)
        stable = extents_of(kafka, topics)
        open_on = [str(place) for place, extent in ends.items() if stable[place].end < extent.end]
        if not open_on:
            return
        if time.monotonic() > deadline:
            raise Fault(still_open(open_on, fenced=fenced))
        time.sleep(POLL_SECONDS)


def still_open(places: list[str], *, fenced: bool) -> str:
    """Whose transaction may still be open on these partitions, and what to do."""
    named = ", ".join(places)
    if fenced:
        return f"a transaction that is not ours is open on {named}; find its producer, or wait until the broker ends it"
    return (
        f"a transaction is open on {named}; the job was stopped with a savepoint and left it open, or it is another "
        "producer's. Run the same command again: it starts from the outputs, and first ends what is the job's own"
    )


def _java_list(jvm: Any, names: list[str]) -> Any:
    found = jvm.java.util.ArrayList()
    for name in names:
        found.add(name)
    return found
