"""Any HTTP receiver: the notice as JSON, signed."""
