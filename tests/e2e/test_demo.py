"""The demo as a newcomer runs it: twice, and interrupted; it leaves nothing running."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.integration

SECONDS_MAX = 600
MARK = "TEST_RUN_OF_THE_DEMO"


class Demo:
    """Starts the demo with an environment by which all its descendants can be found."""

    def __init__(self, folder: Path, jars: Path, root: Path) -> None:
        self.mark = uuid.uuid4().hex
        self.log = folder / "demo.log"
        self._root = root
        self._command = [sys.executable, "-m", "demo", "--seconds", "3", "--home", str(folder / "home")]
        self._environment = os.environ | {MARK: self.mark, "SLUICE_JARS": str(jars)}

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                self._command,
                cwd=self._root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def told(self) -> str:
        return self.log.read_text()

    def await_word(self, word: str, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while word not in self.told():
            assert child.poll() is None, self.told()
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.2)

    def running(self) -> list[psutil.Process]:
        return [each for each in psutil.process_iter() if self._ours(each)]

    def _ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self.mark
        except psutil.Error:
            return False


@pytest.fixture
def demo(tmp_path: Path, jars_folder: Path, pytestconfig: pytest.Config) -> Iterator[Demo]:
    started = Demo(tmp_path, jars_folder.resolve(), pytestconfig.rootpath)
    yield started
    for process in started.running():
        process.kill()


def test_the_demo_proves_its_ledger_and_a_second_run_does_too(demo: Demo) -> None:
    for _ in range(2):
        child = demo.start()
        assert child.wait(timeout=SECONDS_MAX) == 0, demo.told()
        told = demo.told()
        assert "raw 24,951 = validated 24,884 + dead letters 67" in told
        assert "24,951 of 24,951 came out with key, value and timestamp unchanged" in told
        assert sorted(int(count) for count in re.findall(r"^ *(\d+)  \S+ .* Feb 2013 ", told, re.MULTILINE)) == [
            1,
            3,
            14,
            49,
        ]
        held = re.findall(r"^(2013-02-\d\d) +\d+ +\d+ +held ", told, re.MULTILINE)
        assert held == ["2013-02-08", "2013-02-09"]
        assert "1 received; the first: flights: flight.departures_known breached, 2 periods held" in told
        assert "23,272 rows are published" in told
        assert demo.running() == []


@pytest.mark.parametrize("moment", ["starting", "submitting", "replaying"])
def test_an_interrupt_leaves_nothing_running(demo: Demo, moment: str) -> None:
    words = {"starting": "1. Start", "submitting": "$ sluice submit", "replaying": "validated"}
    child = demo.start()
    demo.await_word(words[moment], child)
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=60) == 130, demo.told()
    assert "everything that the demo had started is stopped" in demo.told()
    assert demo.running() == []
