"""From the registry to a frozen set: which subjects, which versions, and the last good copy when nobody answers."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from connections.registry import SchemaVersion
from connections.registry_faults import RegistryFault
from sluice.terminal import Fault
from sluice.verdict.annotation import NotAContract
from sluice.verdict.gate import Gate
from validator.frozen import AsItIs, BrokenSet, ContractSet, Frozen, compile_gate, decode, encode
from validator.route import route_of, tangles

SUFFIX: Final = "-contract"
LAST_GOOD: Final = "contracts.json"


class Subjects(Protocol):
    """What resolving asks of a registry."""

    @property
    def url(self) -> str:
        """Its address."""

    def subjects(self) -> tuple[str, ...]:
        """All living subjects."""

    def version(self, subject: str, version: int | str) -> SchemaVersion | None:
        """One version of a subject (a number or ``latest``), None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to enforce: raw topics with a contract (none: all that the registry holds), and subjects as they are.

    ``pins`` maps a contract's id, its raw topic or its subject to a version number of the subject.
    """

    raws: tuple[str, ...] = ()
    pins: Mapping[str, int] = ()  # type: ignore[assignment] # an empty mapping of any type
    as_it_is: tuple[tuple[str, AsItIs], ...] = ()


def resolve(wanted: Wanted, registry: Subjects) -> ContractSet:
    """Read, pin and compile each contract; Fault where a subject is missing, no contract, or the routes are tangled."""
    pins = dict(wanted.pins)
    subjects = _subjects(wanted, registry)
    frozen = tuple(_frozen(subject, pins, registry) for subject in subjects)
    given = tuple(_frozen(subject, pins, registry, topics) for subject, topics in wanted.as_it_is)
    if pins:
        known = ", ".join(sorted({each.subject for each in (*frozen, *given)})) or "nothing"
        raise Fault(f"--pin {next(iter(pins))} names nothing that is enforced here; enforced are {known}")
    contracts = ContractSet(
        registry=registry.url, resolved_at_ms=time.time_ns() // 1_000_000, contracts=(*frozen, *given)
    )
    if told := tangles([route_of(gate) for gate in compile_all(contracts.contracts)]):
        raise Fault("; ".join(told))
    return contracts


def compile_all(contracts: Sequence[Frozen]) -> tuple[Gate, ...]:
    """Compile each contract; Fault with the reason where a text is none."""
    gates = []
    for frozen in contracts:
        try:
            gates.append(compile_gate(frozen))
        except NotAContract as why:
            raise Fault(
                f"{why}; `sluice apply` registers contracts, or enforce the subject as it is by --subject"
            ) from None
    return tuple(gates)


def keep(contracts: ContractSet, folder: Path) -> Path:
    """Write the last good copy, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LAST_GOOD
    fresh = path.with_suffix(".new")
    fresh.write_bytes(encode(contracts))
    fresh.replace(path)
    return path


def last_good(folder: Path, why: RegistryFault) -> ContractSet:
    """The last good copy; Fault where there is none or it is broken."""
    path = folder / LAST_GOOD
    try:
        return decode(path.read_bytes())
    except OSError:
        raise Fault(f"{why}; and there is no last good copy at {path}") from None
    except BrokenSet as broken:
        raise Fault(f"{why}; and the last good copy at {path} cannot be used: {broken}") from None


def _subjects(wanted: Wanted, registry: Subjects) -> tuple[str, ...]:
    if wanted.raws:
        return tuple(f"{raw}{SUFFIX}" for raw in wanted.raws)
    if wanted.as_it_is:
        return ()
    found = tuple(name for name in registry.subjects() if name.endswith(SUFFIX))
    if not found:
        raise Fault(
            f"the registry at {registry.url} holds no contract (no subject ends in {SUFFIX}); run `sluice apply`"
        )
    return found


def _frozen(subject: str, pins: dict[str, int], registry: Subjects, given: AsItIs | None = None) -> Frozen:
    latest = _read(subject, "latest", registry)
    frozen = _freeze(latest, given)
    names = {subject, subject.removesuffix(SUFFIX), given.raw if given else subject, _id(frozen)}
    asked = {pins.pop(name) for name in names & pins.keys()}
    if len(asked) > 1:
        raise Fault(f"{subject} is pinned to several versions: {', '.join(map(str, sorted(asked)))}")
    return _freeze(_read(subject, asked.pop(), registry), given) if asked else frozen


def _freeze(read: SchemaVersion, given: AsItIs | None) -> Frozen:
    if read.schema.type != "JSON":
        raise Fault(f"{read.subject} is {read.schema.type}; this release judges JSON Schema")
    if read.schema.references:
        raise Fault(f"{read.subject} refers to other subjects, which this release does not follow; register it whole")
    return Frozen(subject=read.subject, version=read.version, schema_id=read.id, text=read.schema.text, as_it_is=given)


def _read(subject: str, version: int | str, registry: Subjects) -> SchemaVersion:
    found = registry.version(subject, version)
    if found is None:
        which = "no such subject" if version == "latest" else f"no version {version} of {subject}"
        hint = "; run `sluice plan` and `sluice apply`" if subject.endswith(SUFFIX) else ""
        raise Fault(f"the registry at {registry.url} has {which}{f': {subject}' if version == 'latest' else ''}{hint}")
    return found


def _id(frozen: Frozen) -> str:
    try:
        return compile_gate(frozen).contract.id
    except NotAContract:
        return ""
