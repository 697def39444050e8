"""The Kafka admin client: as every application has it."""

from connections.admin import admin

__all__ = ["admin"]
