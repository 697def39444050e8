"""The contracts of a folder, by id, and read again when one of its files has changed."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from sluice.commands.contract_files import read_contracts
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.terminal import Fault, err


def contracts_of(path: Path) -> dict[str, Contract]:
    """The contracts by id; one that does not parse is told and left out, so that the others are still told of."""
    found = {}
    for file, text in read_contracts([path]).items():
        parsed = parse(text, file)
        if isinstance(parsed, Contract):
            found[parsed.id] = parsed
        else:
            err.print(f"warning: {file} is no contract that can be read: `sluice lint` says why", markup=False)
    return found


class ContractsOnDisk:
    """Called as often as one likes; what was read last stays while the folder cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._contracts: Mapping[str, Contract] = contracts_of(path)

    def __call__(self) -> Mapping[str, Contract]:
        """The contracts by id."""
        with self._lock:
            try:
                seen = self._files()
                if seen != self._seen:
                    self._contracts, self._seen = contracts_of(self._path), seen
            except (Fault, OSError):
                return self._contracts
            return self._contracts

    def _files(self) -> tuple[tuple[str, int, int], ...]:
        files = sorted(self._path.rglob("*.y*ml")) if self._path.is_dir() else [self._path]
        stats = ((str(file), file.stat()) for file in files)
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
