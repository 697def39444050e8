"""What is written on the wire beside a record: the header of a validated record and the envelope of a dead letter."""
