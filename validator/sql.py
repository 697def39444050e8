"""Flink SQL in small pieces: literals and options, quoted so that no name can break out of them."""

from collections.abc import Mapping


def text(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted identifier."""
    return "`" + name.replace("`", "``") + "`"


def encoded(expression: str) -> str:
    """UTF-8 bytes of a string expression."""
    return f"ENCODE({expression}, 'UTF-8')"


def bytes_of(value: str) -> str:
    """UTF-8 bytes of a constant; ASCII is written as a binary literal, which costs nothing at run time."""
    return f"x'{value.encode().hex()}'"


def epoch_ms(expression: str) -> str:
    """Milliseconds since the epoch of a TIMESTAMP_LTZ expression, BIGINT."""
    return f"(EXTRACT(EPOCH FROM {expression}) * 1000 + EXTRACT(MILLISECOND FROM {expression}))"


def number(expression: str) -> str:
    """Decimal text of a number expression."""
    return f"CAST({expression} AS STRING)"


def by_topic(choices: Mapping[str, str]) -> str:
    """One expression a raw topic, chosen by the ``topic`` column; a single choice needs no CASE."""
    if len(set(choices.values())) == 1:
        return next(iter(choices.values()))
    whens = " ".join(f"WHEN {text(topic)} THEN {expression}" for topic, expression in choices.items())
    return f"CASE topic {whens} END"


def with_options(options: Mapping[str, str]) -> str:
    """The inside of a WITH clause."""
    return ",\n".join(f"  {text(name)} = {text(value)}" for name, value in options.items())


def kafka_source(name: str, options: Mapping[str, str]) -> str:
    """A table of topics as records are there: key, value and headers as bytes, coordinates, and Kafka's timestamp."""
    return f"""CREATE TEMPORARY TABLE {name} (
  k BYTES,
  v BYTES,
  topic STRING NOT NULL METADATA VIRTUAL,
  `partition` INT NOT NULL METADATA VIRTUAL,
  `offset` BIGINT NOT NULL METADATA VIRTUAL,
  ts TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  headers MAP<STRING, BYTES> NOT NULL METADATA VIRTUAL
) WITH (
{with_options(options)}
)"""
