"""PagerDuty: Events API v2, one alert a conversation."""
