"""From the registry to a frozen set: which subjects, which versions."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from connections.registry import SchemaVersion
from sluice.terminal import Fault
from sluice.verdict.annotation import NotAContract
from sluice.verdict.gate import Gate
from validator.frozen import AsItIs, ContractSet, Frozen, compile_gate
from validator.route import route_of, tangles

SUFFIX: Final = "-contract"


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

    @property
    def flags(self) -> str:
        """The same as flags, in an order of their own: equal for whoever asks the same; empty for all contracts."""
        told = [f"--only {raw}" for raw in sorted(self.raws)]
        told += [f"--pin {name}={version}" for name, version in sorted(dict(self.pins).items())]
        for subject, given in sorted(self.as_it_is, key=lambda each: each[0]):
            topics = f"--raw {given.raw} --validated {given.validated} --dead-letter {given.dead_letter}"
            told.append(f"--subject {subject} {topics}")
        return " ".join(told)


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
        registry=registry.url,
        resolved_at_ms=time.time_ns() // 1_000_000,
        contracts=(*frozen, *given),
        asked=wanted.flags,
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


def unfit(read: SchemaVersion) -> str:
    """Why no contract can be made of what a registry holds, empty where one can."""
    if read.schema.type != "JSON":
        return f"{read.subject} is {read.schema.type}; this release judges JSON Schema"
    if read.schema.references:
        return f"{read.subject} refers to other subjects, which this release does not follow; register it whole"
    return ""


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
    if not asked:
        return frozen
    return msgspec.structs.replace(_freeze(_read(subject, asked.pop(), registry), given), pinned=True)


def _freeze(read: SchemaVersion, given: AsItIs | None) -> Frozen:
    if reason := unfit(read):
        raise Fault(reason)
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
