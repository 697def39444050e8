"""Settings in the clear, for the one place that needs them: the function that travels inside the job."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from connections.settings import Registry
from sluice.terminal import Fault


def in_the_clear(settings: BaseModel) -> dict[str, object]:
    """The settings as JSON values, secrets readable: they go into the job, as Kafka's do, and are never printed.

    Files are left out: a TaskManager on another machine has none of them. Secrets of theirs are among the values,
    certificates are what ``files_of`` reads.
    """
    values = settings.model_dump(exclude_none=True)
    return {name: _plain(value) for name, value in values.items() if not isinstance(value, Path)}


def files_of(registry: Registry) -> dict[str, str]:
    """The certificates and the key that the registry's client needs, as text by setting; Fault where one is no text."""
    named = {"ca_file": registry.ca_file, "cert_file": registry.cert_file, "key_file": registry.key_file}
    return {setting: _text(path, setting) for setting, path in named.items() if path is not None}


def landed(values: dict[str, object], files: dict[str, str], folder: Path) -> Registry:
    """The registry's settings where they arrived, with its files in ``folder``, which is ours alone."""
    for setting, text in files.items():
        (folder / setting).write_text(text, "utf-8")
    return Registry.model_validate({**values, **{setting: folder / setting for setting in files}})


def _plain(value: Any) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _text(path: Path, setting: str) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise Fault(f"registry.{setting} {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Fault(f"registry.{setting} {path} is no PEM file") from None
