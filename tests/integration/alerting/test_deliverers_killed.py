"""A deliverer that is killed after the receiver has the letter and before it is recorded: it is sent again."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from alerting.deliver import clock, deliver
from alerting.settings import AlertSettings
from alerting.store.database import Database
from alerting.store.tables import OUTBOX
from connections.sources import Sources, load
from sluice.finding.codec import encode
from sluice.finding.run import Run
from tests.unit.alerting.notices import FLIGHTS, breach
from tests.unit.alerting.receivers import Answer, receiver
from tests.unit.incident.findings import FLIGHTS as FLIGHTS_FILE
from tests.unit.incident.findings import NOW

pytestmark = pytest.mark.integration

PATIENCE_SECONDS = 30


def test_a_killed_deliverer_leaves_a_letter_that_is_sent_again_with_its_key(tmp_path: Path) -> None:
    with receiver(Answer(after_seconds=15)) as where:
        file = tmp_path / "sluice.toml"
        file.write_text(
            f'[alerting]\ndatabase = "sqlite:///{tmp_path / "alerting.sqlite"}"\npatience_seconds = 0\n'
            f'[alerting.channels.hook]\ntype = "webhook"\nurl = "{where.url}"\neverything = true\n'
            "timeout_seconds = 30\n"
        )
        (tmp_path / "run.jsonl").write_bytes(encode([breach()]))
        words = ["deliver", str(tmp_path / "run.jsonl"), "--config", str(file), "--contracts", str(FLIGHTS_FILE)]
        program = "from sluice.cli import main; main()"
        process = subprocess.Popen([sys.executable, "-c", program, "alerts", *words], env=os.environ)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not where.requests:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()

        settings = load(AlertSettings, Sources(file=file))
        assert deliver(Run(findings=(breach(),)), {"flights": FLIGHTS}, settings, NOW).sent == 0, (
            "its lease has not ended"
        )
        with Database(settings.alerting.database) as database, database.transaction() as connection:
            connection.execute(update(OUTBOX).values(leased_until=clock() - timedelta(seconds=1)))
        assert deliver(Run(findings=(breach(),)), {"flights": FLIGHTS}, settings, NOW).sent == 1
        keys = [request.headers["idempotency-key"] for request in where.requests]
    assert len(keys) == 2
    assert len(set(keys)) == 1
