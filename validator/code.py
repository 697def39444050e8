"""Which code this process runs: a digest of our own sources as they were when it first looked."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

PACKAGES: Final = ("sluice", "connections", "validator")
SHOWN: Final = 12


@cache
def loaded() -> str:
    """A short digest, taken once: a TaskManager keeps its modules as long as it lives, whatever the files say later."""
    return digest(Path(__file__).parents[1])


def digest(root: Path) -> str:
    """The digest of the Python sources of our packages below ``root``: names and contents, in order."""
    found = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:SHOWN]
