"""Findings become incidents, and incidents reach the people concerned."""
