"""The jars of the stack: fetched once by Maven, in the versions of pom.xml, into a folder of their own."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from local_stack.programs import Java, maven
from sluice.terminal import Fault

FETCH_SECONDS: Final = 900
STAMP: Final = "versions.sha256"
TOLD_LINES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Jars:
    """Folders of fetched programs: the broker's classpath, the registry's application, Flink's connectors."""

    folder: Path

    @property
    def broker(self) -> Path:
        """The folder whose jars are Kafka's classpath."""
        return self.folder / "broker"

    @property
    def registry(self) -> Path:
        """The registry's application folder, started by its quarkus-run.jar."""
        return self.folder / "registry"

    @property
    def flink(self) -> Path:
        """The folder of what Flink's lib folder needs: the Kafka connector, and Parquet with what it asks for."""
        return self.folder / "flink"

    @property
    def flink_s3(self) -> Path:
        """The folder of Flink's S3 plugin."""
        return self.folder / "flink-s3"


def default_folder() -> Path:
    """SLUICE_JARS, else .sluice/jars of the working folder."""
    return Path(os.environ.get("SLUICE_JARS") or ".sluice/jars").resolve()


def fetched(folder: Path) -> bool:
    """Whether the folder holds what the pom.xml of this release asks for."""
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == _versions()


def fetch(folder: Path, java: Java) -> Jars:
    """Fill the folder, unless it is complete already; it is replaced in one step, never left half full."""
    if not fetched(folder):
        program = maven()
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="jars-") as scratch:
            fresh = Path(scratch, "jars")
            _run_maven(program, fresh, java)
            (fresh / STAMP).write_text(_versions())
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
    return Jars(folder=folder)


def _versions() -> str:
    return hashlib.sha256(files("local_stack").joinpath("pom.xml").read_bytes()).hexdigest()


def _run_maven(program: Path, into: Path, java: Java) -> None:
    with as_file(files("local_stack").joinpath("pom.xml")) as pom:
        command: list[str | Path] = [program, "-q", "-B", "-ntp", "-f", pom, "package", f"-Djars={into}"]
        environment = {**os.environ, "JAVA_HOME": str(java.home)}
        try:
            answer = subprocess.run(  # noqa: S603 - Maven as found on PATH, with our own pom
                command,
                env=environment,
                capture_output=True,
                text=True,
                timeout=FETCH_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired as slow:
            raise Fault(
                f"Maven did not fetch the stack's jars within {FETCH_SECONDS} s; try again, it goes on where it stopped"
            ) from slow
    if answer.returncode:
        raise Fault(
            f"the stack's jars could not be fetched by Maven (exit {answer.returncode}): {told(answer.stdout)}; "
            "is the network or your Maven mirror (settings.xml) reachable?"
        )


def told(output: str) -> str:
    """The first errors of Maven's output, in one line."""
    errors = [line.removeprefix("[ERROR] ").strip() for line in output.splitlines() if line.startswith("[ERROR] ")]
    return " | ".join(errors[:TOLD_LINES]) or "it gave no reason"
