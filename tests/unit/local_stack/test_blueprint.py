"""From names to processes, and what the broker is told."""

from pathlib import Path

import pytest

from local_stack.blueprint import Blueprint, Options
from local_stack.broker import Broker, client_settings
from local_stack.jars import Jars
from local_stack.ports import Ports
from local_stack.programs import Java
from local_stack.storage import login_of
from sluice.terminal import Fault

USERS = {"admin": 'with "quotes"', "alice": "wonder"}


def blueprint(**options: int) -> Blueprint:
    return Blueprint(home=Path("home"), ports=Ports(), options=Options(**options), jars_folder=Path("jars"))


def test_parts_start_in_the_order_in_which_they_need_one_another() -> None:
    assert blueprint(taskmanagers=2).names(("flink", "storage", "broker")) == (
        "broker",
        "storage",
        "jobmanager",
        "taskmanager-1",
        "taskmanager-2",
    )


def test_a_part_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(Fault, match="no such part: zookeeper; the parts are broker, registry, storage, flink"):
        blueprint().names(("broker", "zookeeper"))


def test_a_process_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(Fault, match="the stack has no zookeeper"):
        blueprint().part("zookeeper")


def test_flink_is_told_of_the_storage_where_the_home_has_one(tmp_path: Path) -> None:
    made = Blueprint(home=tmp_path, ports=Ports(storage=7), options=Options(), jars_folder=tmp_path)
    assert made.storage_settings() == {}
    made.part("storage")
    login = login_of(tmp_path / "storage")
    assert made.storage_settings() == {
        "s3.endpoint": "http://127.0.0.1:7",
        "s3.path.style.access": "true",
        "s3.access-key": login.access_key,
        "s3.secret-key": login.secret_key,
    }


def test_without_users_clients_just_connect() -> None:
    assert client_settings(Ports(broker=7), {}, "admin") == {"bootstrap.servers": "127.0.0.1:7"}


def test_with_users_clients_log_in() -> None:
    assert client_settings(Ports(broker=7), USERS, "alice") == {
        "bootstrap.servers": "127.0.0.1:7",
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": "alice",
        "sasl.password": "wonder",
    }


def test_the_brokers_file_is_readable_by_its_owner_alone_and_quotes_passwords(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").touch()
    Broker(
        folder=tmp_path,
        ports_of_stack=Ports(),
        jars=Jars(folder=tmp_path),
        java=Java(program=Path("java"), version=17),
        users=USERS,
        settings={"num.partitions": "3"},
    ).command()
    written = tmp_path / "server.properties"
    assert written.stat().st_mode & 0o777 == 0o600
    text = written.read_text()
    assert r'user_admin="with \\"quotes\\""' in text
    assert "num.partitions=3" in text
    assert "listeners=CLIENT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093" in text
