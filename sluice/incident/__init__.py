"""Incidents: what becomes of findings, who is told, and in which words. Pure: time and settings are arguments."""
