"""Prometheus Alertmanager: API v2, one alert an incident, sent again before it would resolve by itself."""
