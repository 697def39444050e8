"""The demo's folder: emptied where a demo made it, and nowhere else."""

import shutil
from pathlib import Path
from typing import Final

from sluice.terminal import Fault

MARK: Final = ".made-by-the-sluice-demo"


def claimed(home: Path) -> Path:
    """The folder itself, links resolved, with the mark by which the next demo knows it.

    Fault where it holds something, and no demo made it.
    """
    folder = home.resolve()
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise Fault(f"{home} is not empty and no demo made it; name another folder by --home, or delete it yourself")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    return folder


def emptied(home: Path) -> Path:
    """The claimed folder with nothing in it but the mark."""
    folder = claimed(home)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
    return folder
