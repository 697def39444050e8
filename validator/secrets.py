"""Settings in the clear, for the one place that needs them: the function that travels inside the job."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr


def in_the_clear(settings: BaseModel) -> dict[str, object]:
    """The settings as JSON values, secrets readable: they go into the job, as Kafka's do, and are never printed."""
    return {name: _plain(value) for name, value in settings.model_dump(exclude_none=True).items()}


def _plain(value: Any) -> object:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case Path():
            return str(value)
        case _:
            return value
