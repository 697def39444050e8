"""What continuous integration installs on a bare machine, with stubs for every program of the machine."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BORROWED = ("cp", "touch", "bash", "sh", "dirname", "grep", "cat", "chmod", "rm", "tee", "test")
DEBIANS = ("prometheus", "promtool", "prometheus-alertmanager", "amtool", "initdb", "make", "git", "mvn")
JAVA = "echo 'openjdk version \"17.0.1\"' >&2\n"
APT = """
echo "$@" >>"$LOG/apt"
for package in "$@"; do case $package in
  python3) cp "$LOG/python3.bare" "$BIN/python3"; chmod +x "$BIN/python3" ;;
  libpython3.12) touch "$LOG/shared" ;;
esac; done
"""
PYTHON = """
case "$2" in
  *ensurepip*) exit {fits} ;;
  *INSTSONAME*) [ -e "$LOG/shared" ] ;;
  *version_info*) echo {version} ;;
esac
"""


class Machine:
    """A PATH of its own, and what was called there."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.log = folder / "bin", folder / "log"
        self.policy = folder / "policy-rc.d"
        for made in (self.bin, self.log):
            made.mkdir()
        for name in BORROWED:
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.stub("id", "echo 0")
        self.stub("apt-get", APT)
        self.stub("make", 'echo "$@" >"$LOG/make"')
        for name in DEBIANS:
            if name != "make":
                self.stub(name, "exit 0")
        self.stub("java", JAVA)
        (self.log / "python3.bare").write_text("#!/bin/sh\n" + PYTHON.format(fits=0, version="3.12"))

    def stub(self, name: str, body: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.bin / name).chmod(0o755)

    def python(self, name: str, version: str, *, fits: bool = True) -> None:
        self.stub(name, PYTHON.format(fits=0 if fits else 1, version=version))

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "BIN": str(self.bin), "LOG": str(self.log)}
        return subprocess.run(
            ["bash", ROOT / ".ci" / "run"],
            env=environment | {"POLICY_RC_D": str(self.policy), "POSTGRESQL_LIB": "none"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def installed(self) -> list[str]:
        """The packages asked for, call by call."""
        path = self.log / "apt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [" ".join(word for word in line.split()[1:] if word[0] != "-") for line in lines if "install" in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_that_has_all_of_it_installs_nothing_and_runs_the_tests_with_that_python(machine: Machine) -> None:
    machine.python("python3.11", "3.11", fits=False)
    machine.python("python3.12", "3.12")
    (machine.log / "shared").touch()
    told = machine.run()
    assert (told.returncode, machine.installed()) == (0, []), told.stderr
    assert (machine.log / "make").read_text() == "test PYTHON=python3.12\n"


def test_a_bare_machine_gets_its_own_python_and_the_shared_library_of_that_one(machine: Machine) -> None:
    told = machine.run()
    assert told.returncode == 0, told.stderr
    assert machine.installed() == ["python3 python3-venv", "libpython3.12"]
    assert (machine.log / "make").read_text() == "test PYTHON=python3\n"


def test_a_machine_whose_own_python_is_of_another_release_says_so(machine: Machine) -> None:
    (machine.log / "python3.bare").write_text("#!/bin/sh\n" + PYTHON.format(fits=1, version="3.13"))
    told = machine.run()
    assert told.returncode == 2
    assert "Python 3.11 or 3.12" in told.stderr
    assert not (machine.log / "make").exists()


@pytest.mark.parametrize(
    ("program", "package"),
    [
        ("prometheus", "prometheus"),
        ("promtool", "prometheus"),
        ("prometheus-alertmanager", "prometheus-alertmanager"),
        ("amtool", "prometheus-alertmanager"),
        ("initdb", "postgresql"),
        ("mvn", "maven"),
        ("git", "git"),
        ("java", "openjdk-17-jdk-headless"),
    ],
)
def test_what_is_missing_is_installed(machine: Machine, program: str, package: str) -> None:
    machine.python("python3", "3.12")
    (machine.log / "shared").touch()
    (machine.bin / program).unlink()
    told = machine.run()
    assert told.returncode == 0, told.stderr
    assert machine.installed() == [package]


def test_no_service_starts_while_packages_are_installed_and_the_word_on_it_is_taken_back(machine: Machine) -> None:
    machine.stub("apt-get", f'cp {machine.policy} "$LOG/policy" 2>/dev/null; {APT}')

    machine.run()
    assert (machine.log / "policy").read_text() == "#!/bin/sh\nexit 101\n"
    assert not machine.policy.exists()


def test_a_machines_own_word_on_services_stays(machine: Machine) -> None:
    machine.policy.write_text("ours")
    machine.run()
    assert machine.policy.read_text() == "ours"
    assert os.access(machine.policy, os.R_OK)
