"""Slack: one message a conversation, brought up to date, with what follows in its thread."""
