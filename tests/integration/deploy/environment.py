"""Environments of other people's programs: made once by uv below ``.sluice``, and kept for the next tests."""

import fcntl
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
CACHE: Final = ROOT / ".sluice" / "environments"
PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
SECONDS: Final = 600


def environment(name: str, *requirements: str) -> Path:
    """The folder of programs of an environment that has these packages; made where it is missing or has others."""
    home = CACHE / name
    home.mkdir(parents=True, exist_ok=True)
    wanted = "\n".join((PYTHON, *requirements))
    made = home / "made-of"
    with (home / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists() or made.read_text() != wanted:
            made.unlink(missing_ok=True)
            _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(home / "venv"))
            _uv("pip", "install", "--quiet", "--python", str(home / "venv" / "bin" / "python"), *requirements)
            made.write_text(wanted)
    return home / "venv" / "bin"


def _uv(*arguments: str) -> None:
    command = (str(Path(sys.executable).parent / "uv"), *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(arguments[:2])} failed: {done.stderr[-2000:]}", pytrace=False)
