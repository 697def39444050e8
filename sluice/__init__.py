"""Sluice enforces data contracts on streams; this package is what a contract can say and what it means."""
