"""The validation job as Flink SQL text: one source, one judging function, one transactional sink."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from validator.columns import appended, headers, producer, target_topic
from validator.route import Route
from validator.seal import sealed
from validator.sql import kafka_source, text, with_options

FUNCTION: Final = "sluice_judge"
SOURCE: Final = "raw_in"
SINK: Final = "routed"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Raw offsets from ``first`` to ``last``, both included, whose records are in the outputs already."""

    topic: str
    partition: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that the text of the job depends on.

    ``cluster`` names the Kafka cluster in record ids; ``kafka`` holds the properties of a Java client and may hold
    secrets, as do the texts made from it; ``reload`` says that versions may change while the job runs; ``seal``
    is that of ``validator.seal``, a secret too.
    """

    routes: tuple[Route, ...]
    cluster: str
    group: str
    transactional_prefix: str
    kafka: Mapping[str, str]
    transaction_timeout_ms: int = 600_000
    reload: bool = False
    seal: str = "~"
    judged: tuple[Span, ...] = ()
    producer: Mapping[str, str] = field(default_factory=lambda: PRODUCER)


# A client that compared sizes before compression would stop the stream on a record that the broker takes: the limits
# are the topics', which the judge holds values against.
PRODUCER: Final[Mapping[str, str]] = {
    "linger.ms": "100",
    "batch.size": "262144",
    "compression.type": "lz4",
    "max.request.size": str(64 * 1024 * 1024),
    "buffer.memory": str(96 * 1024 * 1024),
}


def arguments(plan: Plan) -> tuple[str, ...]:
    """Names of what the function is called with: always ``value``, and the others only where a contract needs them."""
    needed = {
        "topic": len(plan.routes) > 1,
        "value": True,
        "producer": any(route.judges_producers for route in plan.routes),
        "key": any(route.needs_key for route in plan.routes),
    }
    return tuple(name for name, wanted in needed.items() if wanted)


def source_ddl(plan: Plan) -> str:
    """The raw topics, read from the group's offsets; key and value stay bytes."""
    options = {
        "connector": "kafka",
        "topic": ";".join(route.raw for route in plan.routes),
        "scan.startup.mode": "group-offsets",
        "scan.topic-partition-discovery.interval": "1 min",
        **_formats(),
        **{f"properties.{name}": value for name, value in plan.kafka.items()},
        "properties.group.id": plan.group,
        "properties.auto.offset.reset": "earliest",
        "properties.isolation.level": "read_committed",
    }
    return kafka_source(SOURCE, options)


def sink_ddl(plan: Plan) -> str:
    """Every target topic behind one transaction; the list is an allow-list of the connector."""
    options = {
        "connector": "kafka",
        "topic": ";".join(targets(plan)),
        **_formats(),
        **{f"properties.{name}": value for name, value in {**plan.producer, **plan.kafka}.items()},
        "properties.transaction.timeout.ms": str(plan.transaction_timeout_ms),
        "sink.delivery-guarantee": "exactly-once",
        "sink.transactional-id-prefix": plan.transactional_prefix,
        "sink.transaction-naming-strategy": "POOLING",
    }
    return f"""CREATE TEMPORARY TABLE {SINK} (
  k BYTES,
  v BYTES,
  topic STRING NOT NULL METADATA,
  headers MAP<STRING, BYTES> METADATA,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
{with_options(options)}
)"""


def insert(plan: Plan) -> str:
    """The statement that runs. The filter between the two SELECTs keeps the function at one call a record.

    Without a filter the planner merges both projections and calls the function once for each mention of its result.
    The filter also drops what restored state still reads from a topic that has left the list.
    """
    expressions = {"topic": "topic", "value": _value(plan), "producer": producer(plan.routes), "key": "k"}
    called = ", ".join(expressions[name] for name in arguments(plan))
    topics = ", ".join(text(route.raw) for route in plan.routes)
    # Names and values are quoted where they are made (validator.sql): no user text reaches the statement unescaped.
    return f"""INSERT INTO {SINK}
SELECT
  k,
  v,
  {target_topic(plan.routes)} AS topic,
  {headers(plan.routes, plan.cluster, reload=plan.reload)} AS headers,
  {appended()} AS ts
FROM (SELECT *, {FUNCTION}({called}) AS told FROM {SOURCE})
WHERE topic IN ({topics}){_not_judged_before(plan.judged)}"""  # noqa: S608 - see above


def targets(plan: Plan) -> tuple[str, ...]:
    """Every topic that the job may write, in the order of the routes, none twice."""
    return tuple(dict.fromkeys(topic for route in plan.routes for topic in (route.validated, route.dead_letter)))


def _value(plan: Plan) -> str:
    return sealed("v", plan.seal) if any(route.needs_schema_id for route in plan.routes) else "v"


def _formats() -> dict[str, str]:
    return {
        "key.format": "raw",
        "key.fields": "k",
        "value.format": "raw",
        "value.fields-include": "EXCEPT_KEY",
    }


def _not_judged_before(judged: tuple[Span, ...]) -> str:
    return "".join(
        f"\n  AND NOT (topic = {text(span.topic)} AND `partition` = {span.partition} "
        f"AND `offset` BETWEEN {span.first} AND {span.last})"
        for span in judged
    )
