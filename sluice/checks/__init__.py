"""Checks: a rule on many records and what is known of them, to findings. No clock, no file, no network."""
