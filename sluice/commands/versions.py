"""Two versions of a contract side by side, object by object."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sluice.compat import Breaks, Difference, compare, forbids
from sluice.compile.rules import rules_schema
from sluice.compile.structure import structure_schema
from sluice.contract import duration
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.source import SIZE_BYTES_MAX
from sluice.contract.stream import Compatibility
from sluice.terminal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One object in both versions. ``rules`` holds what differs beyond the structure; no level forbids that.

    ``periods`` holds what would cut them otherwise: no level allows that.
    """

    name: str
    level: Compatibility
    structure: tuple[Difference, ...]
    rules: tuple[Difference, ...]
    periods: tuple[Difference, ...] = ()

    @property
    def forbidden(self) -> tuple[Difference, ...]:
        """What the level forbids."""
        return tuple(each for each in self.structure if forbids(self.level, each))

    @property
    def broken(self) -> tuple[Difference, ...]:
        """What must not be."""
        return (*self.forbidden, *self.periods)


def text_of(version: str) -> bytes:
    """The text of a file, or of ``REVISION:PATH`` in this git repository. Raises Fault where it cannot be read."""
    path = Path(version)
    if path.is_dir():
        raise Fault(f"{version} is a folder; name a contract in it")
    if path.exists() or ":" not in version:
        return _file(path)
    return _revision(version)


def compared(old: Contract, new: Contract, level: Compatibility | None) -> tuple[Comparison, ...]:
    """The objects that carry a stream, in the order of the new version, then those that are gone from it."""
    before = {described.name: described for described in old.objects if described.stream is not None}
    after = {described.name: described for described in new.objects if described.stream is not None}
    if not before and not after:
        raise Fault("neither version has an object with a stream, so there is nothing that a registry would hold")
    both = [_both(old, before[name], new, after[name], level) for name in after if name in before]
    added = [_lone(described, "added", level) for name, described in after.items() if name not in before]
    removed = [_lone(described, "removed", level) for name, described in before.items() if name not in after]
    return (*both, *added, *removed)


def _both(
    old: Contract, before: SchemaObject, new: Contract, after: SchemaObject, level: Compatibility | None
) -> Comparison:
    structure = compare(structure_schema(old, before), structure_schema(new, after))
    told = {(each.pointer, each.kind) for each in structure}
    old_rules, new_rules = rules_schema(old, before), rules_schema(new, after)
    rules = tuple(each for each in compare(old_rules, new_rules) if (each.pointer, each.kind) not in told)
    return Comparison(
        name=after.name,
        level=level or _level(after),
        structure=structure,
        rules=(*rules, *_cel(old_rules["x-sluice"]["rules"], new_rules["x-sluice"]["rules"])),
        periods=tuple(_periods(before, after)),
    )


def _periods(before: SchemaObject, after: SchemaObject) -> Iterator[Difference]:
    """Periods are named by where they begin, and judged and published by that name: other ones are another object's."""
    if before.stream is None or after.stream is None:
        return
    asked = (
        ("landingPeriod", before.stream.landing_period, after.stream.landing_period, duration.parse),
        ("landingTimezone", before.stream.landing_timezone, after.stream.landing_timezone, str),
    )
    for name, old, new, meant in asked:
        if meant(old) != meant(new):
            yield Difference(
                pointer=f"/stream/{name}",
                kind="changed",
                breaks=Breaks.BOTH,
                sentence=f"{name} was {old} and is {new}: `sluice sla run` refuses that",
                way_out="keep it, or give the object another name, and with it another table",
            )


def _lone(described: SchemaObject, kind: str, level: Compatibility | None) -> Comparison:
    difference = Difference(pointer="", kind=kind, breaks=Breaks.NONE, sentence=f"The object is {kind}")
    return Comparison(name=described.name, level=level or _level(described), structure=(difference,), rules=())


def _level(described: SchemaObject) -> Compatibility:
    return described.stream.compatibility if described.stream is not None else Compatibility.NONE


def _cel(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Difference]:
    """Rules in CEL by their id: what they say is not compared, so a changed one may accept other records."""
    before, after = ({rule["id"]: rule for rule in rules} for rules in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        kind, breaks = (
            ("removed", Breaks.FORWARD)
            if name not in after
            else ("added", Breaks.BACKWARD)
            if name not in before
            else ("changed", Breaks.BOTH)
        )
        yield Difference(
            pointer=f"/x-sluice/rules/{name}", kind=kind, breaks=breaks, sentence=f"The rule '{name}' is {kind}"
        )


def _file(path: Path) -> bytes:
    if not path.exists():
        raise Fault(f"there is no {path}")
    try:
        with path.open("rb") as stream:
            return stream.read(SIZE_BYTES_MAX + 1)
    except OSError as error:
        raise Fault(f"cannot read {path}: {(error.strerror or 'the system refused').lower()}") from None


def _revision(version: str) -> bytes:
    try:
        shown = subprocess.run(  # noqa: S603 - a fixed program; the argument cannot be an option
            ["git", "show", "--end-of-options", version],  # noqa: S607 - git is found where the user has it
            capture_output=True,
            check=False,
            timeout=30,
        )
    except FileNotFoundError:
        raise Fault(f"there is no {version}, and git is not there to look it up as a revision") from None
    except subprocess.TimeoutExpired:
        raise Fault(f"git did not answer within 30 s when asked for {version}") from None
    if shown.returncode:
        said = shown.stderr.decode(errors="replace").strip().removeprefix("fatal: ").splitlines()
        raise Fault(f"there is no {version}, and git says: {said[0] if said else 'nothing'}")
    return shown.stdout
