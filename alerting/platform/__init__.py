"""The platform's own failures, as findings: they take the same way to people as a contract's breaches."""
