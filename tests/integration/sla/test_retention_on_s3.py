"""Retention, status and backtest on a real S3 server, where a killed writer's parts lie until somebody aborts them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connections.settings import Lake
from connections.storage.s3 import client_of
from local_stack.ports import Ports
from local_stack.stack import Stack
from local_stack.storage import BUCKET
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.integration

LAST = 40
PART = b"0" * (5 << 20)


@dataclass(kw_only=True)
class FarShop(Shop):
    """A shop whose lake is on the server."""

    place: Lake

    @property
    def lake(self) -> Lake:
        return self.place

    def json(self, *arguments: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        assert self.place.endpoint is not None
        assert self.place.access_key is not None
        assert self.place.secret_key is not None
        keys = {
            "SLUICE_LAKE_ENDPOINT": self.place.endpoint,
            "SLUICE_LAKE_ACCESS_KEY": self.place.access_key.get_secret_value(),
            "SLUICE_LAKE_SECRET_KEY": self.place.secret_key.get_secret_value(),
        }
        return super().json(*arguments, env={**keys, **(env or {})})


@pytest.fixture
def shop(tmp_path: Path, jars_folder: Path) -> Iterator[FarShop]:
    with Stack(tmp_path / "storage", Ports.free(), jars_folder=jars_folder) as stack:
        stack.up(("storage",))
        place = Lake(
            root=f"s3://{BUCKET}/eu",
            endpoint=stack.s3_url,
            access_key=stack.s3_access_key,
            secret_key=stack.s3_secret_key,
        )
        shop = FarShop(folder=tmp_path / "shop", place=place)
        shop.contract()
        yield shop


def test_what_is_due_goes_from_the_server_with_the_uploads_that_nobody_ends(shop: FarShop) -> None:
    for days in ((8, 9), (10, 39)):
        for day in days:
            shop.sell(day, {}, {})
        shop.run(days[-1] + 2)
    client, key = client_of(shop.place), "eu/bronze/tp=orders.validated/dt=2026-03-09/hr=12/kp=0/part-x"
    upload = client.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
    client.upload_part(Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=1, Body=PART)

    young = shop.json("retention", "--as-of", label(LAST))["contracts"][0]
    assert young["leftovers"] == []

    at_once = {"SLUICE_SLA_ORPHANS_AFTER": "PT0S"}
    (told,) = shop.json("retention", "--yes", "--as-of", label(LAST), env=at_once)["contracts"]
    assert [each["path"] for each in told["leftovers"]] == [key.removeprefix("eu/")]
    assert [each["period"] for each in told["periods"]] == [label(8), label(9)]
    assert "Uploads" not in client.list_multipart_uploads(Bucket=BUCKET)
    left = {entry.path for entry in shop.storage.list("")}
    assert not left & {each["path"] for each in told["files"]}

    (again,) = shop.json("retention", "--as-of", label(LAST), env=at_once)["contracts"]
    assert (again["periods"], again["files"], again["leftovers"]) == ([], [], [])
    table = shop.table.table()
    assert table is not None
    assert set(table.scan().to_arrow().column("_period").to_pylist()) <= {label(10), label(39)}
    (status,) = shop.json("status")["contracts"]
    assert status["staged"]["rows"] == 4

    before = {entry.path: entry.version for entry in shop.storage.list("")}
    (tested,) = shop.json("backtest", "orders", "--from", "90d")["contracts"]
    assert tested["periods"]["first"] == label(10)
    assert {entry.path: entry.version for entry in shop.storage.list("")} == before
