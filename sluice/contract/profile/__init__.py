"""The profile: what the standard has no word for, in customProperties with ``vendor: sluice``."""

from sluice.contract.profile.apply import problems

__all__ = ["problems"]
