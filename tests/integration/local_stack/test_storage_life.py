"""The S3 server as its users meet it: conditional writes, logins, crashes, and Flink writing Parquet to it."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local_stack.ports import can_listen
from local_stack.stack import Stack
from local_stack.storage import BUCKET
from tests.conftest import MakeStack

pytestmark = pytest.mark.integration

ONCE = Config(retries={"total_max_attempts": 1})
WRITERS = 8
LANDING = """
import os
from pyflink.table import EnvironmentSettings, TableEnvironment
settings = EnvironmentSettings.new_instance().in_streaming_mode().build()
table = TableEnvironment.create(settings)
table.get_config().set("execution.target", "remote")
table.get_config().set("rest.address", "127.0.0.1")
table.get_config().set("rest.port", os.environ["REST_PORT"])
table.get_config().set("execution.checkpointing.interval", "1 s")
table.execute_sql(
    "CREATE TABLE landed (n INT, name STRING) WITH ('connector'='filesystem', 'path'='s3://lake/landed',"
    " 'format'='parquet', 'parquet.compression'='ZSTD')"
)
table.execute_sql("INSERT INTO landed VALUES (1, 'one'), (2, 'two')").wait()
"""


def client(stack: Stack, *, secret: str | None = None) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=stack.s3_url,
        aws_access_key_id=stack.s3_access_key,
        aws_secret_access_key=secret or stack.s3_secret_key,
        region_name="us-east-1",
        config=ONCE,
    )


def keys(s3: Any, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return [each["Key"] for page in pages for each in page.get("Contents", ())]


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


@pytest.fixture
def storage(make_stack: MakeStack) -> Stack:
    return make_stack("storage")


def test_what_is_put_is_got_and_a_condition_lets_one_writer_win(storage: Stack) -> None:
    s3 = client(storage)
    s3.put_object(Bucket=BUCKET, Key="a/b", Body=b"first")
    assert s3.get_object(Bucket=BUCKET, Key="a/b")["Body"].read() == b"first"

    def claim(number: int) -> int:
        try:
            client(storage).put_object(Bucket=BUCKET, Key="claim", Body=b"%d" % number, IfNoneMatch="*")
        except ClientError as lost:
            return int(lost.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(WRITERS) as writers:
        told = list(writers.map(claim, range(WRITERS)))
    assert told.count(200) == 1
    assert set(told) <= {200, 409, 412}
    assert s3.get_object(Bucket=BUCKET, Key="claim")["Body"].read() == b"%d" % told.index(200)


def test_who_does_not_know_the_secret_and_who_misspells_the_bucket_are_refused(storage: Stack) -> None:
    with pytest.raises(ClientError) as refused:
        client(storage, secret="wrong").list_objects_v2(Bucket=BUCKET)  # noqa: S106 - not the secret
    assert code(refused) == "SignatureDoesNotMatch"
    with pytest.raises(ClientError) as refused:
        client(storage).put_object(Bucket="leak", Key="a", Body=b"")
    assert code(refused) == "NoSuchBucket"


def test_acknowledged_objects_survive_a_crash_and_a_stop_frees_every_port(storage: Stack) -> None:
    s3 = client(storage)
    acknowledged: dict[str, bytes] = {}

    def write() -> None:
        for number in range(10_000):
            key, body = f"kept/{number:05}", b"%d" % number * 300
            try:
                s3.put_object(Bucket=BUCKET, Key=key, Body=body)
            except (BotoCoreError, ClientError):
                return
            acknowledged[key] = body

    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(write)
        while len(acknowledged) < 200:
            assert not writing.done()
        storage.kill("storage")
        writing.result(timeout=60)
    secret = storage.s3_secret_key
    storage.start("storage")
    assert storage.s3_secret_key == secret
    assert set(keys(s3, "kept/")) >= acknowledged.keys()
    assert all(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body for key, body in acknowledged.items())
    ports = storage.process("storage").ports
    storage.down()
    assert all(can_listen(port) for port in ports)


def test_flink_writes_parquet_to_it(make_stack: MakeStack) -> None:
    stack = make_stack("storage", "flink")
    subprocess.run(
        [sys.executable, "-c", LANDING],
        env=stack.flink_environment() | {"REST_PORT": str(stack.ports.flink)},
        check=True,
        timeout=150,
    )
    s3 = client(stack)
    rows = [
        row
        for key in keys(s3, "landed/")
        for row in pq.read_table(io.BytesIO(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())).to_pylist()
    ]
    assert sorted(rows, key=lambda row: row["n"]) == [{"n": 1, "name": "one"}, {"n": 2, "name": "two"}]
