"""Programs that only the system's packages bring: found, or told in a sentence that names the package."""

import shutil
from pathlib import Path

import pytest


def program(name: str, package: str, *folders: Path) -> Path:
    """The program on PATH or in one of the folders, the last first; the test fails where it is missing."""
    found = shutil.which(name) or next((str(each / name) for each in reversed(folders) if (each / name).exists()), None)
    if found is None:
        pytest.fail(
            f"{name} is missing, and this test runs the real one; install it (Debian: apt-get install {package})",
            pytrace=False,
        )
    return Path(found)
