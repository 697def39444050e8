"""Reading stretches of Kafka's partitions: as every application does it."""

from connections.reading import Left, extents_of, read

__all__ = ["Left", "extents_of", "read"]
