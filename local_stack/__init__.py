"""The local stack: a real broker, registry and Flink from their packages, started and stopped as one."""
