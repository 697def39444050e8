"""The layers that settings are made of, put together once: flags over environment over ``sluice.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource
from rapidfuzz import process

from connections.settings import SECRETS, AnySettings, Settings
from sluice.terminal import Fault

FILE: Final = "sluice.toml"
ENVIRONMENTS: Final = "env"
SECTIONS: Final = (
    "kafka",
    "registry",
    "topics",
    "access",
    "sync",
    "validator",
    "landing",
    "lake",
    "sla",
    "alerting",
    ENVIRONMENTS,
)
_MESSAGES: Final = {"extra_forbidden": "there is no such key", "missing": "is not given"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where to look: ``flags`` by dotted name (``kafka.bootstrap``; None is "not given"), the file, its section."""

    flags: Mapping[str, object] = field(default_factory=dict)
    env: str | None = None
    file: Path | None = None


def load(model: type[AnySettings], sources: Sources) -> AnySettings:
    """Read the settings; Fault with one sentence that names the key, never its value, when they make no sense.

    ``sources.file`` defaults to ``sluice.toml`` where there is one; ``[env.NAME.*]`` tables lie over the plain ones.
    """
    document = _document(sources)
    environment = EnvSettingsSource(model)()
    flags = _nested({name: value for name, value in sources.flags.items() if value is not None})
    try:
        return model(**_over(_over(document, environment), flags))
    except ValidationError as error:
        raise Fault(_sentence(error, model)) from None


def _document(sources: Sources) -> dict[str, Any]:
    path = sources.file or Path(FILE)
    if sources.file is None and not path.exists():
        if sources.env:
            raise Fault(f"--env {sources.env} names a section of {FILE}, and there is no {FILE} here")
        return {}
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path} is not TOML: {error}") from None
    _refuse_unknown(document, path)
    _refuse_secrets(document, path)
    environments = document.pop(ENVIRONMENTS, {})
    if sources.env is None:
        return document
    if sources.env not in environments:
        raise Fault(f"{path} has no section [{ENVIRONMENTS}.{sources.env}]{_meant(sources.env, tuple(environments))}")
    return _over(document, environments[sources.env])


def _refuse_unknown(document: Mapping[str, Any], path: Path) -> None:
    for name, section in (*document.items(), *document.get(ENVIRONMENTS, {}).items()):
        if not isinstance(section, Mapping):
            raise Fault(f"{path}: '{name}' stands outside a section; sections are {', '.join(SECTIONS)}")
    inner = (name for chosen in document.get(ENVIRONMENTS, {}).values() for name in chosen)
    for name in (*document, *inner):
        if name not in SECTIONS:
            raise Fault(f"{path}: unknown section [{name}]{_meant(name, SECTIONS)}")


def _refuse_secrets(table: Mapping[str, Any], path: Path, at: str = "") -> None:
    for name, value in table.items():
        dotted = f"{at}.{name}" if at else name
        if isinstance(value, Mapping):
            _refuse_secrets(value, path, dotted)
        elif name in SECRETS:
            raise Fault(
                f"{path}: {dotted} is a secret, and this file belongs in git; give it in the environment, "
                f"or name a file by {name}_file"
            )


def _sentence(error: ValidationError, model: type[Settings]) -> str:
    told = []
    for fault in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in fault["loc"])
        told.append(
            f"{name}: {_MESSAGES.get(fault['type'], fault['msg']).removeprefix('Value error, ')}{_hint(fault, model)}"
        )
    return "settings: " + "; ".join(told)


def _hint(fault: ErrorDetails, model: type[Settings]) -> str:
    if fault["type"] != "extra_forbidden":
        return ""
    section, key = str(fault["loc"][0]), str(fault["loc"][-1])
    names = getattr(model.model_fields[section].annotation, "model_fields", {})
    return _meant(key, tuple(names))


def _meant(name: str, known: tuple[str, ...]) -> str:
    best = process.extractOne(name, known, score_cutoff=70)
    return f"; did you mean '{best[0]}'?" if best else ""


def _nested(flat: Mapping[str, object]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for dotted, value in flat.items():
        section, _, name = dotted.partition(".")
        nested.setdefault(section, {})[name] = value
    return nested


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        mine = merged.get(name)
        both = isinstance(mine, Mapping) and isinstance(value, Mapping)
        merged[name] = _over(mine, value) if both and mine is not None else value
    return merged
