"""The landing job on the real broker, Flink and S3 server: what lands is what a consumer sees, each record once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from connections.logs import configure
from connections.settings import Lake
from connections.storage import storage_of
from local_stack.ports import Ports
from local_stack.stack import Stack
from sluice.ledger.balance import Partition
from sluice.terminal import Fault
from tests.integration.validator.lake import Coordinates, Row, Shore
from validator.landing.decide import Way
from validator.landing.deploy import LandingDriver

pytestmark = pytest.mark.integration

MakeShore = Callable[[], Shore]
RECORDS = (
    Row(b"key", b'{"a": 1}', {"__contract": b"v=1", "empty": b"", "none": None}, 1_359_700_000_123),
    Row(None, b"\x00\xff\xfe", {"binary": b"\xff\x00", "\u00e9": b"x"}, 1_359_700_000_001),
    Row(b"", b"", {}, 1_795_262_725_787),
    Row(b"\x80", None, {"a": b"1"}, 951_868_799_999),
    Row(b"long", b"x" * 900_000, {}, 1),
)


@pytest.fixture(scope="module")
def lake_stack(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Stack]:
    """Broker, S3 and a Flink that knows its login."""
    with Stack(tmp_path_factory.mktemp("lake"), Ports.free(), jars_folder=jars_folder) as stack:
        stack.up(("broker", "storage", "flink"))
        yield stack


@pytest.fixture
def shore(lake_stack: Stack) -> Iterator[Shore]:
    made = Shore(stack=lake_stack, name=f"land-{uuid4().hex[:8]}")
    yield made
    made.end()


def exact(shore: Shore, patience_seconds: float = 90) -> int:
    """How many records have landed, once every committed one has; fails where one is missing, other or twice."""
    wanted = shore.consumed()
    ends: dict[Partition, int] = {}
    for topic, number, offset in wanted:
        place = Partition(topic=topic, number=number)
        ends[place] = max(offset, ends.get(place, 0))
    deadline = time.monotonic() + patience_seconds
    while shore.ends() != ends and time.monotonic() < deadline:
        time.sleep(1)
    found, twice = shore.landed()
    assert not twice, twice[:5]
    missing: list[Coordinates] = sorted(wanted.keys() - found.keys())
    assert not missing, (len(missing), missing[:5])
    assert found == wanted
    return len(found)


def test_records_land_byte_for_byte_a_new_topic_by_itself_and_an_upgrade_takes_up_where_it_stopped(
    shore: Shore,
) -> None:
    (first,) = shore.make("a")
    producer = Producer({"bootstrap.servers": shore.stack.bootstrap})
    for row in RECORDS:
        producer.produce(first, key=row.key, value=row.value, headers=list(row.headers.items()), timestamp=row[3])
    assert producer.flush(30) == 0
    started = shore.start()
    assert (started.way, started.topics) == (Way.FRESH, (first,))
    assert exact(shore) == len(RECORDS)

    (second,) = shore.make("b")
    shore.produce(second, range(1000))
    assert exact(shore) == len(RECORDS) + 900

    with pytest.raises(Fault, match="runs already; pass --upgrade"):
        shore.start()
    twin = LandingDriver(shore.deployment(name="twin"), configure("test"))
    with pytest.raises(Fault, match=f"sluice.{shore.name} on the cluster at .* lands into .* already: two would"):
        twin.start(upgrade=True)
    shore.produce(first, range(500))
    upgraded = shore.start(upgrade=True)
    assert (upgraded.way, upgraded.topics) == (Way.SAVEPOINT, (first, second))
    shore.produce(second, range(500))
    assert exact(shore) == len(RECORDS) + 1900

    shore.make("c")
    other = shore.start((*shore.endings, ".other"), upgrade=True)
    assert (other.way, "pattern is another" in other.why) == (Way.FILES, True)
    shore.produce(shore.made[-1], range(300))
    assert exact(shore) == len(RECORDS) + 2200


def test_killed_servers_a_lost_job_and_a_deleted_file_lose_nothing_and_double_nothing(shore: Shore) -> None:
    topics = shore.make("a", "b")
    shore.start()
    for victim in ("taskmanager-1", "storage"):
        with ThreadPoolExecutor() as load:
            for topic in topics:
                load.submit(shore.produce, topic, range(20_000))
            crash(shore.stack, victim)
    landed = exact(shore)
    assert landed == 2 * 2 * 18_000
    for topic in topics:
        shore.produce(topic, range(1000))
    landed += 2 * 900
    assert exact(shore) == landed  # in files of their own, so that each partition has one between two others
    shore.end()

    for topic in topics:
        shore.produce(topic, range(1000))
    assert shore.start().way is Way.FILES
    assert exact(shore) == landed + 2 * 900
    shore.end()

    between = shore.by_offset(topics[0], 0)[1]
    lost = len(shore.rows(between))
    storage_of(shore.lake).delete(between.path)
    started = shore.start(from_files=True)
    assert (started.way, started.why) == (Way.FILES, "it was asked for")
    assert started.missing >= lost > 0
    assert exact(shore) == landed + 2 * 900


def test_it_runs_here_too_completes_its_files_when_stopped_and_goes_on_behind_them(
    shore: Shore, tmp_path: Path
) -> None:
    (topic,) = shore.make("a")
    here = Lake(root=str(tmp_path / "lake"))
    for total in (90, 180):
        shore.produce(topic, range(100, 190))
        with sluice_run_land(shore, tmp_path) as command:
            try:
                await_open_files(tmp_path, shore.partitions)
            finally:
                command.send_signal(signal.SIGINT)
                _, err = command.communicate(timeout=90)
        assert command.returncode == 0, err[-2000:]
        landed, twice = shore.landed(here)
        assert (len(landed), twice) == (total, [])
    assert landed == shore.consumed()


def crash(stack: Stack, name: str, patience_seconds: float = 30) -> None:
    """Kill a process and start it again, as soon as its clients have let go of its port."""
    stack.kill(name)
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return stack.start(name)
        except Fault:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def await_open_files(folder: Path, number: int, patience_seconds: float = 120) -> None:
    """Wait until so many files are being written, and a little more, so that all that was there has been read."""
    deadline = time.monotonic() + patience_seconds
    while len(list(folder.rglob(".part-*.inprogress.*"))) < number:
        assert time.monotonic() < deadline, "nothing was read"
        time.sleep(0.5)
    time.sleep(2)


def sluice_run_land(shore: Shore, folder: Path) -> "subprocess.Popen[str]":
    """The command as a user calls it, in a folder of its own; commits come too late for anything but the stop."""
    settings = {"SLUICE_KAFKA_BOOTSTRAP": shore.stack.bootstrap, "SLUICE_VALIDATOR_FLINK_URL": "http://127.0.0.1:9"}
    endings = [flag for ending in shore.endings for flag in ("--ending", f".{ending}")]
    arguments = ("run", "land", "--lake", "lake", "--name", shore.name, "--no-contracts", "--checkpoint", "10m")
    return subprocess.Popen(
        [Path(sys.executable).with_name("sluice"), *arguments, *endings],
        env={**os.environ, **settings},
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
