"""What an environment decides about topics, access and limits; the contract's own wishes come first."""

from typing import Final, Literal

from pydantic import Field

from connections.settings import Section, Settings

MEBIBYTE: Final = 1024 * 1024
WEEK_MS: Final = 7 * 24 * 60 * 60 * 1000
FOREVER: Final = -1


class Topics(Section):
    """Defaults for new topics: times in milliseconds (-1: for ever), sizes in bytes; as one local broker can take."""

    partitions: int = Field(default=4, ge=1, le=10_000)
    replication: int = Field(default=1, ge=1, le=100)
    min_insync_replicas: int | None = Field(default=None, ge=1, le=100)
    retention_ms: int = Field(default=WEEK_MS, ge=-1)
    dead_letter_retention_ms: int = Field(default=FOREVER, ge=-1)
    max_message_bytes: int = Field(default=MEBIBYTE, ge=1024, le=1024 * MEBIBYTE)
    raw_compression: Literal["lz4", "uncompressed", "producer"] = "lz4"  # the outputs are written in lz4


class AccessNames(Section):
    """Who the jobs are on the broker, and how the names of their groups and transactions begin (`sluice.<job>`)."""

    validator: str = "User:sluice-validator"
    group_prefix: str = "sluice."
    transactional_id_prefix: str = "sluice."
    landing: str = "User:sluice-landing"
    landing_group_prefix: str = "sluice.land"
    scheduled: str = "User:sluice-sla"
    ledger_group: str = "sluice-ledger"


class Sync(Section):
    """Whose contracts these are, and how much a plan may delete."""

    estate: str = Field(default="contracts", min_length=1, max_length=200)
    delete_limit_percent: int = Field(default=30, ge=0, le=100)


class SyncSettings(Settings):
    """All that ``sluice plan`` and ``sluice apply`` need to know."""

    topics: Topics = Field(default_factory=Topics)
    access: AccessNames = Field(default_factory=AccessNames)
    sync: Sync = Field(default_factory=Sync)
