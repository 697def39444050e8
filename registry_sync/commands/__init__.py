"""`sluice plan` and `sluice apply`."""
