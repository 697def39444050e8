"""Airflow 3: `sluice sla run` for each contract, and `sluice sla retention`; Airflow adds when, and nothing else.

Sluice stays in an environment of its own: a task calls its command, and no package of it is imported here. Set for the
scheduler, the DAG processor and the workers alike:

- SLUICE_FOLDER: a checkout of the contracts, with sluice.toml [/opt/sluice]; tasks work there
- SLUICE_COMMAND: the `sluice` of its own environment [sluice]
- SLUICE_SLA_SCHEDULE, SLUICE_RETENTION_SCHEDULE: cron expressions [each quarter of an hour; at half past three, UTC]
- whatever `sluice sla run` needs: SLUICE_LAKE_ROOT, SLUICE_KAFKA_BOOTSTRAP, SLUICE_LAKE_SECRET_KEY_FILE
"""

# A folder of DAGs is no package.
# ruff: noqa: INP001

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

FOLDER = Path(os.environ.get("SLUICE_FOLDER", "/opt/sluice"))
CONTRACTS = FOLDER / os.environ.get("SLUICE_SLA_CONTRACTS", "contracts")
COMMAND = os.environ.get("SLUICE_COMMAND", "sluice")
LONGEST = timedelta(minutes=30)
# A breach (exit 1) is an answer: owners hear of it by Sluice's own alerts. Only what could not run is a failed task.
RUN = '"$SLUICE" sla run -- "$CONTRACT"; code=$?; [ "$code" -le 1 ] || exit "$code"'
REMOVE = '"$SLUICE" sla retention --yes'
DEFAULTS = {
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": LONGEST,
}


def streamed(folder: Path) -> Iterator[str]:
    """The ids of contracts with a stream. What is no YAML is left to `sluice`, which says what is wrong with it."""
    for path in sorted(folder.rglob("*.odcs.yaml")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue  # a volume made of a ConfigMap has each file a second time, hidden
        try:
            contract = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError):
            continue
        if isinstance(contract, dict) and contract.get("id") and any(map(streams, contract.get("schema") or ())):
            yield str(contract["id"])


def streams(described: object) -> bool:
    """Whether an object of the schema has a `stream`."""
    properties = described.get("customProperties") if isinstance(described, dict) else None
    return any(isinstance(each, dict) and each.get("property") == "stream" for each in properties or ())


with DAG(
    dag_id="sluice_sla",
    description="Stage, judge and publish or hold what has landed of each contract.",
    schedule=os.environ.get("SLUICE_SLA_SCHEDULE", "*/15 * * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),  # noqa: UP017 - Airflow may run a Python before 3.11
    catchup=False,  # a run judges all that is due, whatever was missed
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["sluice"],
):
    for contract in dict.fromkeys(streamed(CONTRACTS)):
        BashOperator(
            task_id=re.sub(r"[^\w.-]", "_", contract),
            bash_command=RUN,
            env={"SLUICE": COMMAND, "CONTRACT": contract},  # a name is data: no template and no shell reads it
            append_env=True,
            cwd=str(FOLDER),
        )

with DAG(
    dag_id="sluice_retention",
    description="Remove what is past its contract's retention; paused until somebody wants it.",
    schedule=os.environ.get("SLUICE_RETENTION_SCHEDULE", "30 3 * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),  # noqa: UP017 - as above
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    is_paused_upon_creation=True,
    tags=["sluice"],
):
    BashOperator(
        task_id="remove",
        bash_command=REMOVE,
        env={"SLUICE": COMMAND},
        append_env=True,
        cwd=str(FOLDER),
    )
