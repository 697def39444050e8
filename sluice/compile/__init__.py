"""The compilers: what a contract says, as JSON Schema that registries, serdes and the gate understand."""
