"""The scheduled job on a real S3 server: runs at once, runs that are killed, and the table in real catalogues."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Final

import duckdb
import pytest

from connections.settings import Lake
from connections.storage import Storage, storage_of
from local_stack.ports import Ports
from local_stack.stack import Stack
from local_stack.storage import BUCKET, TABLES, catalog_url
from sla.publishing.catalogue import published
from sla.publishing.warehouse import Published
from sla.settings import Sla
from sluice.terminal import Fault
from tests.integration.postgres import postgres
from tests.unit.connections.storage_suite import StorageSuite
from tests.unit.sla.days import State, assert_in_order, good_news, opened, state
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.integration

SLUICE: Final = Path(sys.executable).with_name("sluice")
PATIENCE: Final = 120
OBJECTS_OF_A_RUN: Final = 24  # about how many a run on these days leaves
SOME_OBJECTS: Final = 9  # staging has begun, and is not at its end
MOMENTS: Final = tuple(Random(4).sample(range(5, OBJECTS_OF_A_RUN), 3))  # noqa: S311 - no secret is made of it


@dataclass(kw_only=True)
class FarShop(Shop):
    """A shop whose lake is on the server, below a prefix of its own."""

    place: Lake
    catalog_url: str | None = None
    rest: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def lake(self) -> Lake:
        return self.place

    @property
    def table(self) -> Published:
        settings = Sla(catalog_file=self.folder / "catalog.db", catalog_url=self.catalog_url, **self.rest)
        return published(self.lake, settings, "orders", "order")

    def start(self) -> subprocess.Popen[str]:
        """`sluice sla run` as of the third day, as a process of its own."""
        catalog = {"SLUICE_SLA_CATALOG_FILE": str(self.folder / "catalog.db")}
        if self.catalog_url is not None:
            catalog = {"SLUICE_SLA_CATALOG_URL": self.catalog_url}
            catalog |= {f"SLUICE_SLA_{name.upper()}": value for name, value in self.rest.items()}
        options = ("--lake", self.lake.root, "--contracts", str(self.folder / "contracts"), "--without-ledger")
        return subprocess.Popen(
            [SLUICE, "sla", "run", "--as-of", label(3), "--no-alerts", "--json", *options],
            env={**os.environ, **self.environment, **catalog},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def objects(self) -> int:
        return sum(1 for _ in self.storage.list(""))


def ended_well(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode in {0, 1}, said


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("storage"), Ports.free(), jars_folder=jars_folder) as stack:
        stack.up(("storage",))
        yield stack


@pytest.fixture
def lake(server: Stack) -> Lake:
    return Lake(
        root=f"s3://{BUCKET}/{uuid.uuid4().hex}",
        endpoint=server.s3_url,
        access_key=server.s3_access_key,
        secret_key=server.s3_secret_key,
    )


@pytest.fixture
def shop(lake: Lake, server: Stack, tmp_path: Path) -> FarShop:
    environment = {
        "SLUICE_LAKE_ENDPOINT": server.s3_url,
        "AWS_ACCESS_KEY_ID": server.s3_access_key,
        "AWS_SECRET_ACCESS_KEY": server.s3_secret_key,
    }
    return opened(FarShop(folder=tmp_path / "shop", place=lake, environment=environment))


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> State:
    """What an undisturbed run on a folder comes to, in this process."""
    undisturbed = opened(Shop(folder=tmp_path_factory.mktemp("undisturbed")))
    undisturbed.json("run", "--as-of", label(3), "--no-alerts", "--without-ledger")
    return state(undisturbed)


class TestStorage(StorageSuite):
    @pytest.fixture
    def storage(self, lake: Lake) -> Storage:
        return storage_of(lake)


def test_a_run_on_the_server_is_that_on_a_folder_and_the_table_is_read_by_others(shop: FarShop, wanted: State) -> None:
    ended_well(shop.start())
    assert state(shop) == wanted
    table = shop.table.table()
    assert table is not None
    with duckdb.connect() as base:
        base.register("published", table.scan().to_arrow())
        assert base.sql("SELECT sum(amount) FROM published").fetchall() == [(6,)]


@pytest.mark.parametrize("runs", [2, 4])
def test_processes_that_start_together_end_as_one(shop: FarShop, wanted: State, runs: int) -> None:
    ended_well(*[shop.start() for _ in range(runs)])
    assert state(shop) == wanted


def test_processes_on_one_folder_end_as_one(tmp_path: Path, wanted: State) -> None:
    folder = tmp_path / "shop"
    shop = opened(FarShop(folder=folder, place=Lake(root=f"file://{folder}/lake")))
    ended_well(*[shop.start() for _ in range(4)])
    assert state(shop) == wanted


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_is_killed_at_any_moment_loses_and_doubles_nothing(
    shop: FarShop, wanted: State, moment: int
) -> None:
    process = shop.start()
    until = time.monotonic() + PATIENCE
    while shop.objects() < moment and process.poll() is None and time.monotonic() < until:
        pass
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -SIGKILL
    ended_well(shop.start())
    assert state(shop) == wanted


def test_a_catalogue_on_a_real_postgres_is_shared_by_processes(shop: FarShop, wanted: State) -> None:
    with postgres() as url:
        shop.catalog_url = url
        ended_well(*[shop.start() for _ in range(3)])
        assert state(shop) == wanted
        good_news(shop)
        ended_well(*[shop.start() for _ in range(2)])
        assert_in_order(shop, "after late records")
        assert len(state(shop)["published"]) == len(wanted["published"]) + 1


def test_a_rest_catalogue_is_shared_by_processes(shop: FarShop, server: Stack, wanted: State) -> None:
    shop.catalog_url = catalog_url(server.ports)
    shop.rest = {
        "catalog_warehouse": f"s3://{TABLES}/",
        "catalog_credential": f"{server.s3_access_key}:{server.s3_secret_key}",
    }
    ended_well(*[shop.start() for _ in range(2)])
    assert state(shop) == wanted
    good_news(shop)
    ended_well(shop.start())
    assert_in_order(shop, "after late records")


def test_a_catalogue_that_is_down_is_told_in_a_sentence(shop: FarShop) -> None:
    with postgres() as url:
        shop.catalog_url = url
        table = shop.table
    with pytest.raises(Fault, match=r"the warehouse of .* does not answer"):
        table.files(label(0))
    process = shop.start()
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "the warehouse of orders does not answer" in said
    assert "Traceback" not in said


def test_a_server_that_dies_in_the_middle_of_a_run_is_told_and_the_next_run_goes_on(
    shop: FarShop, server: Stack, wanted: State
) -> None:
    process = shop.start()
    until = time.monotonic() + PATIENCE
    while shop.objects() < SOME_OBJECTS and process.poll() is None and time.monotonic() < until:
        pass
    server.kill("storage")
    _, said = process.communicate(timeout=PATIENCE)
    server.start("storage")
    assert process.returncode == 2, said
    assert "does not answer" in said
    assert "Traceback" not in said
    ended_well(shop.start())
    assert state(shop) == wanted
