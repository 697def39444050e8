"""What is missing on the machine is told in one sentence with the way out."""

from pathlib import Path

import pytest

from local_stack import jars, programs
from local_stack.programs import Java
from sluice.terminal import Fault


def fake_program(path: Path, prints: str, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{prints}\nEND\ncat <<'END'\n{prints}\nEND\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with the shell's own programs and nothing else."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin-of-a-bare-machine")


@pytest.mark.parametrize(
    ("banner", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_292"', 8),
        ("command not understood", 0),
    ],
)
def test_the_version_is_read_from_what_java_prints(banner: str, version: int) -> None:
    assert programs.feature_version(banner) == version


def test_a_machine_without_java_is_told_what_to_install() -> None:
    with pytest.raises(Fault, match=r"^Java is missing: no java is on PATH; install a JDK 17 or newer"):
        programs.java()


def test_a_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Fault, match=rf"JAVA_HOME is {tmp_path}, which holds no bin/java"):
        programs.java()


def test_an_old_java_is_told_with_what_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_program(tmp_path / "old" / "bin" / "java", 'java version "11.0.2"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with pytest.raises(Fault, match=r"^Java 11 at .* is too old: Kafka and Flink need 17 or newer"):
        programs.java()


def test_a_new_java_serves_the_registry_too() -> None:
    new = Java(program=Path("java"), version=25)
    assert programs.registry_java(new) == new


def test_an_older_java_gets_a_runtime_of_its_own_for_the_registry() -> None:
    chosen = programs.registry_java(Java(program=Path("java"), version=17))
    assert chosen.version == 21
    assert chosen.program.exists()


def test_a_python_without_its_shared_library_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("find_libpython.find_libpython", lambda: None)
    with pytest.raises(Fault, match=r"has no shared library, which Flink needs .* \(Debian: libpython3\.1[12]\)"):
        programs.shared_python()


def test_the_shared_library_of_this_python_is_found() -> None:
    assert programs.shared_python().name.startswith("libpython3.1")


def test_a_machine_without_maven_is_told_what_to_install() -> None:
    with pytest.raises(Fault, match=r"^Maven is missing: no mvn is on PATH"):
        programs.maven()


def test_jars_that_cannot_be_fetched_are_told_with_mavens_reason_and_leave_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_program(tmp_path / "bin" / "mvn", "[ERROR] Could not transfer artifact: unknown host\n[ERROR] ", code=1)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    folder = tmp_path / "jars"
    with pytest.raises(Fault, match=r"could not be fetched by Maven \(exit 1\): Could not transfer .* reachable\?$"):
        jars.fetch(folder, Java(program=Path("java"), version=17))
    assert not folder.exists()
    assert not jars.fetched(folder)


def test_jars_of_another_release_are_fetched_again(tmp_path: Path) -> None:
    (tmp_path / jars.STAMP).write_text("of another release")
    assert not jars.fetched(tmp_path)
