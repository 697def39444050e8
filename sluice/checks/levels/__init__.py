"""Service levels: each property of ODCS as one function, in one table. Nothing is silently skipped."""

from sluice.checks.levels.table import LEVELS, judge_level

__all__ = ["LEVELS", "judge_level"]
