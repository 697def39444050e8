"""The landing job as Flink SQL text: one source over all topics, one sink of Parquet files, nothing between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from validator.plan import Span
from validator.sql import kafka_source, text, with_options

SOURCE: Final = "landed_topics"
SINK: Final = "bronze"
FOLDER: Final = "bronze"
DIRECTORIES: Final = ("tp", "dt", "hr", "kp")

# INT64 with statistics, UTC, microseconds: what every reader of Parquet takes for an instant. Small row groups, since
# each open file holds one in memory and there is one for each Kafka partition that has records.
PARQUET: Final[Mapping[str, str]] = {
    "parquet.compression": "ZSTD",
    "parquet.write.int64.timestamp": "true",
    "parquet.timestamp.time.unit": "micros",
    "parquet.utc-timezone": "true",
    "parquet.block.size": str(32 * 1024 * 1024),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPlan:
    """All that the text of the job depends on.

    ``pattern`` is of whole topic names; ``root`` that of the lake; ``kafka`` holds the properties of a Java client and
    may hold secrets, as does the text of the source; ``landed`` are offsets that are in the files already.
    """

    pattern: str
    group: str
    root: str
    kafka: Mapping[str, str]
    discovery_ms: int = 60_000
    file_mebibytes: int = 128
    landed: tuple[Span, ...] = ()
    parquet: Mapping[str, str] = field(default_factory=lambda: PARQUET)


def source_ddl(plan: LandingPlan) -> str:
    """The topics, committed records only, from the group's offsets; a new topic from its beginning."""
    options = {
        "connector": "kafka",
        "topic-pattern": plan.pattern,
        "scan.startup.mode": "group-offsets",
        "scan.topic-partition-discovery.interval": f"{plan.discovery_ms} ms",
        "key.format": "raw",
        "key.fields": "k",
        "value.format": "raw",
        "value.fields-include": "EXCEPT_KEY",
        **{f"properties.{name}": value for name, value in plan.kafka.items()},
        "properties.group.id": plan.group,
        "properties.auto.offset.reset": "earliest",
        "properties.isolation.level": "read_committed",
    }
    return kafka_source(SOURCE, options)


def sink_ddl(plan: LandingPlan) -> str:
    """Parquet files by topic, landed day and hour, and Kafka partition; each rolls with the checkpoint."""
    options = {
        "connector": "filesystem",
        "path": f"{plan.root}/{FOLDER}",
        "format": "parquet",
        "sink.rolling-policy.file-size": f"{plan.file_mebibytes}MB",
        **plan.parquet,
    }
    return f"""CREATE TEMPORARY TABLE {SINK} (
  `key` BYTES,
  `value` BYTES,
  headers MAP<STRING, BYTES>,
  `partition` INT,
  `offset` BIGINT,
  appended_at TIMESTAMP_LTZ(3),
  landed_at TIMESTAMP_LTZ(3),
  tp STRING,
  dt STRING,
  hr STRING,
  kp STRING
) PARTITIONED BY ({", ".join(DIRECTORIES)}) WITH (
{with_options(options)}
)"""


def insert(plan: LandingPlan) -> str:
    """The statement that runs. One reading of the clock a record: its file's hour is that of its ``landed_at``."""
    # Names and values are quoted where they are made (validator.sql): no user text reaches the statement unescaped.
    return f"""INSERT INTO {SINK}
SELECT
  k,
  v,
  headers,
  `partition`,
  `offset`,
  ts,
  now_,
  topic,
  DATE_FORMAT(now_, 'yyyy-MM-dd'),
  DATE_FORMAT(now_, 'HH'),
  CAST(`partition` AS STRING)
FROM (SELECT *, CURRENT_TIMESTAMP AS now_ FROM {SOURCE})
WHERE {_not_landed_before(plan.landed)}"""  # noqa: S608 - see above


def _not_landed_before(landed: tuple[Span, ...]) -> str:
    return (
        "\n  AND ".join(
            f"NOT (topic = {text(span.topic)} AND `partition` = {span.partition} "
            f"AND `offset` BETWEEN {span.first} AND {span.last})"
            for span in landed
        )
        or "TRUE"
    )
