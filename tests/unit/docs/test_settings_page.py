"""The page on settings names each key of each section, with its default, and no other."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from connections.settings import SECRETS
from connections.sources import SECTIONS
from registry_sync.settings import SyncSettings
from sla.settings import SlaSettings
from sluice.contract import duration
from validator.landing.settings import LandingSettings
from validator.settings import JobSettings

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text("utf-8")
MODELS: dict[str, type[BaseModel]] = {
    name: section.annotation
    for settings in (SyncSettings, JobSettings, LandingSettings, SlaSettings)
    for name, section in settings.model_fields.items()
    if section.annotation is not None
}


def told(section: str) -> Mapping[str, str]:
    """The default by key, as the section's table writes them; several keys of one row share theirs."""
    _, heading, after = PAGE.partition(f"## `[{section}]`")
    assert heading, f"docs/settings.md has no section [{section}]"
    rows = [line.split("|") for line in after.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    return {key: default.strip() for _, keys, default, *_ in rows for key in re.findall(r"`(\w+)`", keys)}


@pytest.mark.parametrize("section", MODELS)
def test_each_key_of_a_section_is_named_and_no_other(section: str) -> None:
    files = {f"{secret}_file" for secret in SECRETS}
    assert set(told(section)) == MODELS[section].model_fields.keys() - files


@pytest.mark.parametrize("section", MODELS)
def test_each_default_is_told(section: str) -> None:
    page = told(section)
    differing = {
        key: (page[key], field.default)
        for key, field in MODELS[section].model_fields.items()
        if key in page and not agrees(page[key], field)
    }
    assert differing == {}


def agrees(written: str, field: FieldInfo) -> bool:
    """Whether the page's words are the default; where that is nothing, words or nothing say what it means."""
    if field.default in (None, "", ()):
        return "`" not in written
    if isinstance(field.default, tuple):
        return re.findall(r"`([^`]+)`", written) == list(field.default)
    value = written.split(" ", maxsplit=1)[0].strip("`")
    if isinstance(field.default, timedelta):
        return duration.parse(value) == field.default
    return (
        value == f"{field.default:g}"
        if isinstance(field.default, float)
        else value == str(field.default).replace("True", "true")
    )


def test_each_section_may_stand_in_the_file() -> None:
    assert set(MODELS) <= set(SECTIONS)
