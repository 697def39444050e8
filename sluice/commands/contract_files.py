"""Contract files on disk: what a path names, read once."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sluice.contract.source import SIZE_BYTES_MAX
from sluice.terminal import Fault

SUFFIXES: Final = (".odcs.yaml", ".odcs.yml")
EXAMPLES: Final = ".examples.yaml"
FILES_MAX: Final = 10_000


def read_contracts(paths: Iterable[Path]) -> dict[str, bytes]:
    """The texts of the contracts that paths name, by path: files as they are, folders searched for ``*.odcs.yaml``.

    Of a file that is larger than any contract only a little more than the limit is read. Raises Fault for a path that
    is not there, cannot be read, or holds no contract.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        for file in _files(path):
            found.setdefault(str(file), _read(file))
    return found


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise Fault(f"there is no {path}")
    if path.name.endswith(EXAMPLES):
        raise Fault(f"{path} holds golden records, and no contract; `sluice test` judges them beside their contract")
    if not path.is_dir():
        yield path
        return
    files = sorted(file for file in path.rglob("*") if _is_contract(file, path))
    if not files:
        raise Fault(f"no contract under {path}: contracts are files that end in {SUFFIXES[0]}")
    if len(files) > FILES_MAX:
        raise Fault(f"{len(files)} contracts under {path}, more than {FILES_MAX}: name the folders one by one")
    yield from files


def _is_contract(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.name.endswith(SUFFIXES) and file.is_file()


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(SIZE_BYTES_MAX + 1)
    except OSError as error:
        raise Fault(f"cannot read {file}: {(error.strerror or 'the system refused').lower()}") from None
