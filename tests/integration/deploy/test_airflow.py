"""The DAG in the real Airflow, in its own environment: a breach is an answer, what cannot run is a failed task."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.deploy.environment import ROOT, environment
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.integration

AIRFLOW = "apache-airflow==3.3.2"
SLUICE = str(Path(sys.executable).parent / "sluice")


@dataclass(frozen=True, kw_only=True)
class Airflow:
    """An Airflow that knows our DAGs alone, and a folder of contracts with a lake."""

    program: Path
    home: Path
    shop: Shop

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        told = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "deploy" / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
            "SLUICE_FOLDER": str(self.shop.folder),
            "SLUICE_COMMAND": SLUICE,
            "SLUICE_LAKE_ROOT": f"{self.shop.folder}/lake",
            "SLUICE_SLA_CATALOG_FILE": str(self.shop.folder / "catalog.db"),
            "SLUICE_SLA_LEDGER": "false",
        }
        command = (str(self.program), *arguments)
        return subprocess.run(
            command, env=told, cwd=self.home, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    folder = tmp_path_factory.mktemp("shop")
    shop = Shop(folder=folder).contract()
    (folder / "contracts" / "notes.odcs.yaml").write_text("{apiVersion: v3.2.0, kind: DataContract, id: notes")
    shop.sell(0, {}, {})
    shop.sell(1, {"amount": None})
    made = Airflow(
        program=environment("airflow", AIRFLOW) / "airflow", home=tmp_path_factory.mktemp("airflow"), shop=shop
    )
    migrated = made("db", "migrate")
    assert migrated.returncode == 0, migrated.stderr[-2000:]
    read = made("dags", "reserialize")  # what the DAG processor does
    assert read.returncode == 0, read.stderr[-2000:]
    return made


def test_each_contract_with_a_stream_is_a_task_even_beside_a_broken_file(airflow: Airflow) -> None:
    listed = airflow("tasks", "list", "sluice_sla")
    assert listed.returncode == 0, listed.stderr[-2000:]
    assert "orders" in listed.stdout.split()
    assert "notes" not in listed.stdout.split()


def test_a_task_that_cannot_run_fails_with_the_sentence_of_the_command(airflow: Airflow) -> None:
    failed = airflow("tasks", "test", "sluice_sla", "orders")
    told = failed.stdout + failed.stderr
    assert re.search(r"new_state=(up_for_retry|failed)", told), told[-4000:]  # the program itself ends well
    assert "notes.odcs.yaml" in told
    assert "exit code 2" in told


def test_a_breach_is_no_failure_and_the_run_of_the_dag_succeeds(airflow: Airflow) -> None:
    (airflow.shop.folder / "contracts" / "notes.odcs.yaml").unlink()
    ran = airflow("dags", "test", "sluice_sla")
    told = ran.stdout + ran.stderr
    assert ran.returncode == 0, told[-4000:]
    assert re.search(r"state[=:] ?'?success", told)
    (status,) = airflow.shop.json("status")["contracts"]
    assert (status["periods"]["promoted"], status["periods"]["held"]) == (1, 1)
    assert status["unpublished"][0]["period"] == label(1)
