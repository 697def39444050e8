"""What generated code calls: CEL's operations where Python's own differ from them."""
