"""The ``stream`` profile of an object, from its node."""

from enum import StrEnum
from typing import TypeVar

from sluice.contract.draft import ObjectDraft
from sluice.contract.duration import milliseconds
from sluice.contract.stream import (
    Break,
    Compatibility,
    Encoding,
    Enforce,
    ProducerEnforcement,
    SchemaReference,
    Source,
    Stream,
    Tombstones,
    TopicSettings,
    UnknownFields,
)
from sluice.contract.tree import MapNode, ScalarNode

FOREVER = "forever"

Choice = TypeVar("Choice", bound=StrEnum)


def build_stream(found: ObjectDraft) -> Stream | None:
    """The stream of an object; None where the object has no ``stream`` and is not streamed."""
    node = found.stream
    if node is None:
        return None
    everybody, producers = _enforcement(node)
    return Stream(
        raw=found.topic("raw", ".raw"),
        validated=found.validated,
        dead_letter=found.topic("deadLetter", ".dead-letter"),
        parking=found.topic("parking", ".parking"),
        source=_choice(node, "source", Source.DIRECT),
        encoding=_choice(node, "encoding", Encoding.AUTO),
        event_time=node.text("eventTime") or None,
        landing_period=node.text("landingPeriod", "P1D"),
        landing_timezone=node.text("landingTimezone", "UTC"),
        allowed_lateness=node.text("allowedLateness", "PT0S"),
        producer_header=node.text("producerHeader") or None,
        unknown_fields=_choice(node, "unknownFields", UnknownFields.ALLOW),
        compatibility=_choice(node, "compatibility", Compatibility.BACKWARD),
        tombstones=_choice(node, "tombstones", Tombstones.REJECT),
        enforce=everybody,
        enforce_producers=producers,
        replica_identity_full=node.flag("replicaIdentityFull") is True,
        topics=_topics(node.map("topics")),
        breaks=_breaks(node.map("breaks")),
        references=tuple(_reference(each) for each in node.maps("references")),
    )


def _choice(node: MapNode, key: str, default: Choice) -> Choice:
    given = node.text(key)
    kind = type(default)
    return kind(given) if given in set(kind) else default


def _enforcement(node: MapNode) -> tuple[Enforce, tuple[ProducerEnforcement, ...]]:
    detailed = node.map("enforce")
    if detailed is None:
        return _choice(node, "enforce", Enforce.ON), ()
    producers = detailed.map("producers")
    named = tuple(
        ProducerEnforcement(producer=entry.key, enforce=Enforce(entry.value.value))
        for entry in (producers.entries if producers else ())
        if isinstance(entry.value, ScalarNode) and entry.value.value in set(Enforce)
    )
    return _choice(detailed, "default", Enforce.ON), named


def _breaks(node: MapNode | None) -> Break | None:
    if node is None:
        return None
    return Break(version=node.text("version"), reason=node.text("reason"))


def _reference(node: MapNode) -> SchemaReference:
    subject = node.text("subject")
    return SchemaReference(name=node.text("name", subject), subject=subject, version=node.integer("version") or 1)


def _topics(node: MapNode | None) -> TopicSettings:
    if node is None:
        return TopicSettings()
    retention = node.text("retention")
    return TopicSettings(
        partitions=node.integer("partitions"),
        retention_ms=-1 if retention == FOREVER else milliseconds(retention),
        cleanup_policy=node.text("cleanupPolicy") or None,
        max_message_bytes=node.integer("maxMessageBytes"),
    )
