"""The contracts that one deployment judges by: resolved once, frozen, checked, the same on every TaskManager."""

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from sluice.verdict.annotation import NotAContract
from sluice.verdict.gate import Gate, Topics
from sluice.verdict.load import foreign_gate, load_gate
from sluice.verdict.model import ContractVersion

FORMAT: Final = 2


class BrokenSet(Exception):  # noqa: N818 - said of a file, in the words of the page on the job
    """The text is no contract set, or not the one that was written; the message says why."""


class AsItIs(msgspec.Struct, frozen=True, kw_only=True):
    """Topics given by flags for a subject of another team, whose schema carries no annotation."""

    id: str
    raw: str
    validated: str
    dead_letter: str


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """One contract version: its subject and number in the registry, and the text itself.

    ``pinned`` says that somebody asked for this very version, which no reload may replace.
    ``value_bytes_max`` is what the validated topic holds, ``letter_bytes_max`` what the dead-letter topic holds, as
    Kafka was told when the set was frozen; None is no limit.
    """

    subject: str
    version: int
    schema_id: int
    text: str
    as_it_is: AsItIs | None = None
    pinned: bool = False
    value_bytes_max: int | None = None
    letter_bytes_max: int | None = None


class ContractSet(msgspec.Struct, frozen=True, kw_only=True):
    """The contracts of a job, where they came from, and what was asked for: flags, as a person would write them."""

    registry: str
    resolved_at_ms: int
    contracts: tuple[Frozen, ...]
    asked: str = ""

    @property
    def checksum(self) -> str:
        """SHA-256 (hex) of what is judged by: the same for the same contracts, whenever they were resolved."""
        return hashlib.sha256(msgspec.json.encode(self.contracts)).hexdigest()


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    checksum: str
    set: ContractSet


def encode(contracts: ContractSet) -> bytes:
    """The set as JSON, for a file or for the function that is shipped with the job."""
    return msgspec.json.encode(_Written(format=FORMAT, checksum=contracts.checksum, set=contracts))


def decode(written: bytes) -> ContractSet:
    """Read what ``encode`` wrote; BrokenSet where it is anything else."""
    try:
        read = msgspec.json.decode(written, type=_Written)
    except msgspec.DecodeError as wrong:
        raise BrokenSet(f"it is no contract set: {wrong}") from None
    if read.format != FORMAT:
        raise BrokenSet(f"it has format {read.format}, and this release reads format {FORMAT}")
    if read.checksum != read.set.checksum:
        raise BrokenSet("its checksum does not match: it was changed after it was written")
    return read.set


def compile_gate(frozen: Frozen) -> Gate:
    """Compile one contract; NotAContract says why its text is none."""
    given = frozen.as_it_is
    if given is None:
        return load_gate(frozen.text, frozen.subject)
    try:
        return foreign_gate(
            frozen.text,
            contract=ContractVersion(id=given.id, version=str(frozen.version)),
            topics=Topics(raw=given.raw, validated=given.validated, dead_letter=given.dead_letter),
        )
    except NotAContract as why:
        raise NotAContract(f"subject {frozen.subject}: {why}") from None


def compile_gates(contracts: Sequence[Frozen]) -> tuple[Gate, ...]:
    """Compile all, in order."""
    return tuple(compile_gate(frozen) for frozen in contracts)
