"""A registry in memory, for what resolving and reloading ask of one."""

from connections.registry import Schema, SchemaVersion
from validator.frozen import Frozen


class Shelf:
    """Versions by subject, in the order in which they were put."""

    url = "http://registry"

    def __init__(self, *contracts: Frozen) -> None:
        self._versions: dict[str, list[SchemaVersion]] = {}
        for contract in contracts:
            self.put(contract.subject, contract.text)

    def put(self, subject: str, text: str, kind: str = "JSON") -> None:
        versions = self._versions.setdefault(subject, [])
        number = len(versions) + 1
        versions.append(SchemaVersion(subject=subject, version=number, id=number, schema=Schema(text=text, type=kind)))

    def subjects(self) -> tuple[str, ...]:
        return tuple(sorted(self._versions))

    def latest(self, subject: str) -> SchemaVersion | None:
        return self.version(subject, "latest")

    def version(self, subject: str, version: int | str) -> SchemaVersion | None:
        versions = self._versions.get(subject, [])
        if version == "latest":
            return versions[-1] if versions else None
        return next((each for each in versions if each.version == version), None)
