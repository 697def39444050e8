"""The images' steps without an engine: each is carried out in a folder, on this machine's Python and Java."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from local_stack.jars import fetch
from local_stack.programs import java
from tests.unit.deploy.containerfile import ROOT, STAGES

pytestmark = pytest.mark.integration

PLACES = re.compile(r"(?<![\w./-])/(opt|src|wheels|locks)\b")
SECONDS = 900


class Replay:
    """Stages carried out below a folder: one root for a stage and all that begin with it, since a venv never moves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def root(self, name: str) -> Path:
        base = STAGES[name].base
        return self.root(base) if base in STAGES else self.folder / name

    def place(self, name: str, path: str) -> Path:
        return self.root(name) / path.lstrip("/")

    def carry_out(self, name: str) -> None:
        stage = STAGES[name]
        copies = stage.copies()
        for instruction, rest in stage.instructions:
            if instruction == "COPY":
                self._copy(name, *next(copies))
            elif instruction == "RUN":
                command = PLACES.sub(lambda match: str(self.place(name, match[0])), rest)
                path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
                done = run(["sh", "-ec", command], {**os.environ, "PATH": path}, self.folder)
                assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    def _copy(self, name: str, origin: str, sources: tuple[str, ...], target: str) -> None:
        for source in sources:
            begin = self.place(origin, source) if origin else ROOT / source
            into = self.place(name, target)
            end = into / begin.name if target.endswith("/") else into
            end.parent.mkdir(parents=True, exist_ok=True)
            if begin.is_dir():
                shutil.copytree(begin, end, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            else:
                shutil.copy(begin, end)


def run(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of the job's image."""
    replay = Replay(tmp_path_factory.mktemp("image"))
    for name in ("builder", "wheel", "job-packages"):
        replay.carry_out(name)
    return replay.place("job-packages", "/opt/sluice/bin")


def test_the_packages_of_the_job_run_it_alone(programs: Path, tmp_path: Path) -> None:
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "SLUICE_LAKE_ROOT": str(tmp_path / "lake"),
        "SLUICE_SLA_CONTRACTS": str(ROOT / "contracts" / "travel"),
        "SLUICE_SLA_CATALOG_FILE": str(tmp_path / "catalog.db"),
        "SLUICE_SLA_LEDGER": "false",
    }
    done = run(["sluice", "sla", "run", "--json"], environment, tmp_path)
    assert done.returncode in {0, 1}, done.stdout[-2000:] + done.stderr[-2000:]
    assert "flights" in done.stdout
    checked = run([str(programs / "python"), "-m", "pip", "check"], environment, tmp_path)
    assert checked.returncode == 0, checked.stdout


def test_the_image_of_the_job_holds_no_flink(programs: Path, tmp_path: Path) -> None:
    done = run([str(programs / "python"), "-c", "import pyflink"], {}, tmp_path)
    assert "No module named 'pyflink'" in done.stderr


def test_flink_is_laid_out_with_its_connectors_for_an_account_that_does_not_own_it(
    jars_folder: Path, tmp_path: Path
) -> None:
    jars = fetch(jars_folder, java()).folder
    script = ROOT / "deploy" / "image" / "flink_home.py"
    done = run([sys.executable, str(script), str(jars), str(tmp_path / "flink")], dict(os.environ), ROOT)
    assert done.returncode == 0, done.stderr
    names = {each.name for each in (tmp_path / "flink" / "lib").iterdir()}
    for wanted in ("flink-dist-", "flink-python-", "flink-sql-connector-kafka-", "flink-sql-parquet-"):
        assert any(name.startswith(wanted) for name in names), wanted
    assert list((tmp_path / "flink" / "plugins" / "s3").iterdir())
    configuration = tmp_path / "flink" / "conf" / "config.yaml"
    assert configuration.stat().st_mode & 0o004
    assert yaml.safe_load(configuration.read_text())["taskmanager.numberOfTaskSlots"] == "1"
    (command, _) = yaml.safe_load(STAGES["flink"].all("CMD")[0])
    assert os.access(tmp_path / "flink" / "bin" / command, os.X_OK)
