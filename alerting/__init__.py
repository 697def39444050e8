"""Alerting: findings become incidents, and incidents reach people; each once, with what they need to repair them."""
