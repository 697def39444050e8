"""What a run left for us: its findings and actions, from files or from the lake."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import Field

from connections.settings import Lake, Settings
from connections.sources import Sources, load
from connections.storage import StorageMissing, storage_of
from sluice.finding.codec import NotAFinding, decode, decode_actions
from sluice.finding.run import Run
from sluice.terminal import Fault

SUFFIX: Final = ".jsonl"
ACTIONS: Final = ".actions.jsonl"


class LakeSettings(Settings):
    """Where the lake is, for files that are in it."""

    lake: Lake = Field(default_factory=dict, validate_default=True)


def read(files: Iterable[str], *, env: str | None, config: Path | None) -> Run:
    """Read them in the order given; Fault for one that is not there or holds no findings."""
    runs = [_run(file, env, config) for file in files]
    return Run(
        findings=tuple(finding for run in runs for finding in run.findings),
        actions=tuple(action for run in runs for action in run.actions),
    )


def _run(file: str, env: str | None, config: Path | None) -> Run:
    beside = f"{file.removesuffix(SUFFIX)}{ACTIONS}"
    try:
        findings = decode(_bytes(file, env, config))
        return Run(findings=findings, actions=decode_actions(_bytes(beside, env, config, may_be_missing=True)))
    except NotAFinding as error:
        raise Fault(f"{file}: {error}") from None


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
