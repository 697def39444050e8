"""Mergeable summaries of rows: what the checks on many records read instead of the rows themselves."""
