"""What a user would write by hand: PyFlink's DataStream API, a validator of the schema, a side output."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pyflink.common import Types, WatermarkStrategy
from pyflink.common.serialization import SimpleStringSchema
from pyflink.datastream import OutputTag, ProcessFunction, StreamExecutionEnvironment
from pyflink.datastream.connectors.base import DeliveryGuarantee
from pyflink.datastream.connectors.kafka import (
    KafkaOffsetsInitializer,
    KafkaRecordSerializationSchema,
    KafkaSink,
    KafkaSource,
)

INVALID: Final = "invalid"


def with_jsonschema(schema: dict[str, Any]) -> Callable[[Any], list[str]]:
    """The errors of a decoded record, by the package jsonschema."""
    import jsonschema  # noqa: PLC0415 - on the TaskManager, where the function is opened

    validator = jsonschema.Draft7Validator(schema)
    return lambda record: [error.message for error in validator.iter_errors(record)]


def with_jsonschema_rs(schema: dict[str, Any]) -> Callable[[Any], list[str]]:
    """The errors of a decoded record, by the package jsonschema-rs."""
    import jsonschema_rs  # noqa: PLC0415 - as above

    validator = jsonschema_rs.Draft7Validator(schema)
    return lambda record: [error.message for error in validator.iter_errors(record)]


VALIDATORS: Final = {"jsonschema": with_jsonschema, "jsonschema-rs": with_jsonschema_rs}


class Validate(ProcessFunction):  # type: ignore[misc] # pyflink carries no types
    """Valid records go on, others to the side with their errors."""

    def __init__(self, schema: str, engine: str) -> None:
        self._schema = schema
        self._engine = engine
        self._tag = OutputTag(INVALID, Types.STRING())
        self._errors: Callable[[Any], list[str]] = lambda _: []

    def open(self, runtime_context: Any) -> None:
        """Compile the schema."""
        del runtime_context
        self._errors = VALIDATORS[self._engine](json.loads(self._schema))

    def process_element(self, value: str, ctx: Any) -> Iterator[Any]:
        """One record."""
        del ctx
        try:
            errors = self._errors(json.loads(value))
        except ValueError as wrong:
            errors = [str(wrong)]
        if errors:
            yield self._tag, json.dumps({"value": value, "errors": errors})
        else:
            yield value


def submit(
    environment: StreamExecutionEnvironment,
    validate: Validate,
    bootstrap: str,
    topics: tuple[str, str, str],
    producer: Mapping[str, str],
) -> Any:
    """Submit the job that reads the first topic and writes valid records to the second, others to the third."""
    raw, validated, dead_letter = topics
    source = (
        KafkaSource.builder()
        .set_bootstrap_servers(bootstrap)
        .set_topics(raw)
        .set_group_id(f"by-hand-{validated}")
        .set_starting_offsets(KafkaOffsetsInitializer.earliest())
        .set_value_only_deserializer(SimpleStringSchema())
        .build()
    )
    stream = environment.from_source(source, WatermarkStrategy.no_watermarks(), "raw")
    judged = stream.process(validate, output_type=Types.STRING())
    judged.sink_to(_sink(bootstrap, validated, producer))
    judged.get_side_output(OutputTag(INVALID, Types.STRING())).sink_to(_sink(bootstrap, dead_letter, producer))
    return environment.execute_async(f"by hand: {validated}")


def _sink(bootstrap: str, topic: str, producer: Mapping[str, str]) -> KafkaSink:
    serializer = (
        KafkaRecordSerializationSchema.builder()
        .set_topic(topic)
        .set_value_serialization_schema(SimpleStringSchema())
        .build()
    )
    builder = (
        KafkaSink.builder()
        .set_bootstrap_servers(bootstrap)
        .set_record_serializer(serializer)
        .set_delivery_guarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .set_transactional_id_prefix(f"by-hand-{topic}")
    )
    for name, value in {**producer, "transaction.timeout.ms": "600000"}.items():
        builder = builder.set_property(name, value)
    return builder.build()
