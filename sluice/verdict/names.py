"""Names of undeclared fields that may be told: they look like names, and repeat no classified value of the record."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_NAME_MAX: Final = 64
_ASKED_MAX: Final = 100  # past the violations that a verdict can hold, so that a million names cost no time


class UndeclaredNames:
    """The undeclared names of one row; its classified values are collected once, and only when a name is asked for."""

    def __init__(self, row: Any, classified: Sequence[tuple[str, ...]]) -> None:
        self._row = row
        self._classified = classified
        self._secrets: list[str] | None = None
        self._asked = 0

    def may_be_told(self, name: str) -> bool:
        """Whether the name may leave; the 101st and all after it may not, since no verdict has room for them."""
        if len(name) > _NAME_MAX or not name.isascii() or not name.replace("-", "_").isidentifier():
            return False
        self._asked += 1
        return self._asked <= _ASKED_MAX and not self._repeats_a_secret(name)

    def _repeats_a_secret(self, name: str) -> bool:
        if self._secrets is None:
            self._secrets = []
            for path in self._classified:
                _collect(self._row, path, self._secrets)
        return any(secret in name or name in secret for secret in self._secrets)


def _collect(value: Any, path: tuple[str, ...], found: list[str]) -> None:
    """The texts of all scalars at the path, and of a scalar that stands where something deeper should."""
    if not path or not isinstance(value, (Mapping, list)):
        _collect_scalars(value, found)
    elif path[0] == "*":
        for part in value.values() if isinstance(value, Mapping) else value:
            _collect(part, path[1:], found)
    elif isinstance(value, Mapping) and path[0] in value:
        _collect(value[path[0]], path[1:], found)


def _collect_scalars(value: Any, found: list[str]) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            found.append(str(key))
            _collect_scalars(part, found)
    elif isinstance(value, list):
        for part in value:
            _collect_scalars(part, found)
    elif value is not None and str(value):
        found.append(str(value))
