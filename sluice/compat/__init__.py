"""Compatibility of two schemas, in words: registries answer yes or no, and their users need to know why."""

from sluice.compat.compare import Breaks, Difference, compare, forbids, reasons

__all__ = ["Breaks", "Difference", "compare", "forbids", "reasons"]
