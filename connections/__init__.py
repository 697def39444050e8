"""Connections to the world that several applications share: settings, registry, Kafka, logs, terminal."""
