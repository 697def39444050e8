"""A registry in memory, for what resolving and reloading ask of one."""

from connections.registry import Reference, Schema, SchemaVersion
from validator.frozen import Frozen


class Shelf:
    """Versions by subject, in the order in which they were put; ``fails`` are raised instead."""

    url = "http://registry"

    def __init__(self, *contracts: Frozen) -> None:
        self._versions: dict[str, list[SchemaVersion]] = {}
        self.fails: dict[str, Exception] = {}
        for contract in contracts:
            self.put(contract.subject, contract.text)

    def put(self, subject: str, text: str, kind: str = "JSON", references: tuple[Reference, ...] = ()) -> None:
        versions = self._versions.setdefault(subject, [])
        number = len(versions) + 1
        schema = Schema(text=text, type=kind, references=references)
        versions.append(SchemaVersion(subject=subject, version=number, id=number, schema=schema))

    def subjects(self) -> tuple[str, ...]:
        return tuple(sorted(self._versions))

    def latest(self, subject: str) -> SchemaVersion | None:
        return self.version(subject, "latest")

    def version(self, subject: str, version: int | str) -> SchemaVersion | None:
        if subject in self.fails:
            raise self.fails[subject]
        versions = self._versions.get(subject, [])
        if version == "latest":
            return versions[-1] if versions else None
        return next((each for each in versions if each.version == version), None)
