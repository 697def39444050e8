"""What a run left for us: its findings and actions, from files or from the lake."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import Field

from connections.settings import Lake, Settings
from connections.sources import Sources, load
from connections.storage import StorageMissing, storage_of
from sluice.finding.action import Action
from sluice.finding.codec import NotAFinding, decode, decode_actions
from sluice.finding.model import Finding
from sluice.terminal import Fault

SUFFIX: Final = ".jsonl"
ACTIONS: Final = ".actions.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What one run, or several, found and did."""

    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]


class LakeSettings(Settings):
    """Where the lake is, for files that are in it."""

    lake: Lake = Field(default_factory=dict, validate_default=True)


def read(files: Iterable[str], *, env: str | None, config: Path | None) -> Handover:
    """Read them in the order given; Fault for one that is not there or holds no findings."""
    findings: list[Finding] = []
    actions: list[Action] = []
    for file in files:
        beside = f"{file.removesuffix(SUFFIX)}{ACTIONS}"
        try:
            findings += decode(_bytes(file, env, config))
            actions += decode_actions(_bytes(beside, env, config, may_be_missing=True))
        except NotAFinding as error:
            raise Fault(f"{file}: {error}") from None
    return Handover(findings=tuple(findings), actions=tuple(actions))


def _bytes(file: str, env: str | None, config: Path | None, *, may_be_missing: bool = False) -> bytes:
    try:
        if file.startswith("s3://"):
            bucket, _, path = file.removeprefix("s3://").partition("/")
            flags = {"lake.root": f"s3://{bucket}"}
            lake = load(LakeSettings, Sources(flags=flags, env=env, file=config)).lake
            return storage_of(lake).get(path)[0]
        return Path(file.removeprefix("file://")).read_bytes()
    except (FileNotFoundError, StorageMissing):
        if may_be_missing:
            return b""
        raise Fault(f"there is no {file}") from None
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error.strerror}") from None
