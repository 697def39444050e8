"""Contracts to a running platform: desired state, plan, apply; nothing changes that was not reviewed."""
