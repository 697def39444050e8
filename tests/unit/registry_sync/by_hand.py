"""Contracts made by hand, one object each, and the whole way from them to an applied plan."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from connections.registry import Registry, Schema
from registry_sync.apply import Apply
from registry_sync.broker import Broker
from registry_sync.change import Change
from registry_sync.comparison import reasons_in_words
from registry_sync.desired import desire
from registry_sync.observe import observe
from registry_sync.plan import Plan, plan
from registry_sync.settings import Sync, SyncSettings, Topics
from sluice.contract.model import Consumer, Contract, Field, LogicalType, Presence, SchemaObject
from sluice.contract.stream import Break, Compatibility, SchemaReference, Source, Stream, TopicSettings, UnknownFields
from sluice.problem import Place

FILE = "contracts/orders.odcs.yaml"
HERE = Place(file=FILE)
ID = ("id", LogicalType.STRING, True)
AMOUNT = ("amount", LogicalType.INTEGER, False)
NOTE = ("note", LogicalType.STRING, False)
AMOUNT_AS_TEXT = ("amount", LogicalType.STRING, False)


@dataclass(frozen=True, kw_only=True)
class Orders:
    """A contract with one object; change what matters, ``build()`` the rest."""

    name: str = "orders"
    version: str = "1.0.0"
    fields: tuple[tuple[str, LogicalType, bool], ...] = (ID, AMOUNT)
    level: Compatibility = Compatibility.BACKWARD
    status: str = "active"
    description: str = ""
    producers: tuple[str, ...] = ()
    consumers: tuple[tuple[str, str], ...] = ()
    owner: str | None = None
    breaks: Break | None = None
    cdc: bool = False
    topics: TopicSettings = field(default_factory=TopicSettings)
    raw: str | None = None
    validated: str | None = None
    dead: str | None = None
    parking: str | None = None
    references: tuple[SchemaReference, ...] = ()
    id: str | None = None

    def build(self) -> Contract:
        described = SchemaObject(
            name="order",
            place=HERE,
            physical_name=self.validated or f"{self.name}.validated",
            description=self.description,
            fields=tuple(
                Field(
                    name=name,
                    logical_type=kind,
                    presence=Presence.VALUE if required else Presence.OPTIONAL,
                    place=HERE,
                    primary_key_position=1 if name == "id" else None,
                )
                for name, kind, required in self.fields
            ),
            stream=Stream(
                raw=self.raw or f"{self.name}.raw",
                validated=self.validated or f"{self.name}.validated",
                dead_letter=self.dead or f"{self.name}.dead-letter",
                parking=self.parking or f"{self.name}.parking",
                source=Source.CDC if self.cdc else Source.DIRECT,
                unknown_fields=UnknownFields.REJECT,
                compatibility=self.level,
                topics=self.topics,
                breaks=self.breaks,
                references=self.references,
            ),
        )
        return Contract(
            id=self.id or self.name,
            version=self.version,
            file=FILE,
            status=self.status,
            objects=(described,),
            producers=self.producers,
            consumers=tuple(Consumer(name=name, place=HERE, principal=who) for name, who in self.consumers),
            owner_principal=self.owner,
        )


class World(Protocol):
    """A registry and a broker, fake or real, and a name that no other test uses."""

    name: str

    def registry(self) -> Registry: ...

    @property
    def broker(self) -> Broker: ...


def settings(estate: str, **topics: Any) -> SyncSettings:
    return SyncSettings(sync=Sync(estate=estate), topics=Topics(partitions=2, **topics))


def planned(
    world: World,
    *orders: Orders,
    acls: bool = False,
    whole: bool = False,
    estate: str | None = None,
    raw_compression: str = "lz4",
) -> Plan:
    chosen = settings(estate or world.name, raw_compression=raw_compression)
    desired = desire(tuple(each.build() for each in orders), chosen, acls=acls, whole=whole)
    with world.registry() as registry:
        observed = observe(desired, registry, world.broker, bootstrap="test")
    return plan(desired, observed, compare=reasons_in_words, delete_limit_percent=chosen.sync.delete_limit_percent)


def applied(world: World, made: Plan) -> tuple[Change, ...]:
    with world.registry() as registry:
        return tuple(Apply(registry, world.broker).run(made))


def kinds(made: Plan) -> list[tuple[str, str]]:
    return [(change.kind, change.name) for change in made.changes]


def codes(made: Plan) -> list[str]:
    return [refusal.code for refusal in made.refusals]


def foreign(title: str, **fields: str) -> Schema:
    """A schema that somebody else made: fields by name with their types."""
    properties = {"properties": {name: {"type": kind} for name, kind in fields.items()}} if fields else {}
    draft = "http://json-schema.org/draft-07/schema#"
    return Schema(text=json.dumps({"$schema": draft, "type": "object", "title": title, **properties}))
