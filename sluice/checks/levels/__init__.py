"""Service levels: each property of ODCS as one function, in one table. Nothing is silently skipped."""
