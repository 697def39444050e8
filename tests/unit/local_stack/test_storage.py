"""The S3 server's part: a login of its own at each home, told to the process in secret, all of it on the loopback."""

from pathlib import Path

import pytest

from connections.settings import Lake
from local_stack.ports import Ports
from local_stack.stack import Stack
from local_stack.storage import BUCKET, Login, Storage, login_of, read_login
from sluice.terminal import Fault


def test_a_login_is_made_once_at_random_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first, other = login_of(tmp_path / "a"), login_of(tmp_path / "b")
    assert login_of(tmp_path / "a") == first == read_login(tmp_path / "a")
    assert other.access_key != first.access_key
    assert other.secret_key != first.secret_key
    assert len(first.secret_key) >= 32
    files = {path.name: path for path in (tmp_path / "a").iterdir()}
    assert {name: path.read_text() for name, path in files.items()} == {
        "access-key": first.access_key,
        "secret-key": first.secret_key,
    }
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}


def test_a_home_that_never_had_storage_has_no_login(tmp_path: Path) -> None:
    assert read_login(tmp_path) is None


def test_a_login_shows_its_secret_to_nobody_by_accident() -> None:
    assert "hush" not in repr(Login(access_key="key", secret_key="hush"))  # noqa: S106 - a made-up one


@pytest.mark.parametrize("left", ["access-key", "secret-key"])
def test_half_a_login_is_told_and_not_made_anew(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_text("half")
    with pytest.raises(Fault, match=r"holds half a login of the local S3 server"):
        login_of(tmp_path)


def test_the_other_commands_find_the_storage_and_its_login_by_files_and_not_by_the_secret(tmp_path: Path) -> None:
    stack = Stack(tmp_path, Ports(storage=7))
    assert not [name for name in stack.addresses() if "LAKE" in name]
    login_of(tmp_path / "storage")
    told = stack.addresses()
    assert stack.s3_secret_key not in str(told)
    found = Lake.model_validate(
        {name.removeprefix("SLUICE_LAKE_").lower(): value for name, value in told.items() if "LAKE" in name}
    )
    assert (found.root, found.endpoint) == ("s3://lake", "http://127.0.0.1:7")
    assert found.secret_key is not None
    assert found.secret_key.get_secret_value() == stack.s3_secret_key


def test_the_secret_is_in_no_argument_and_every_address_is_the_loopback(tmp_path: Path) -> None:
    login = login_of(tmp_path)
    command = Storage(folder=tmp_path, ports_of_stack=Ports(storage=1000, storage_inner=2000), login=login).command()
    words = " ".join(str(word) for word in command.arguments)
    assert login.secret_key not in words
    assert command.environment["AWS_SECRET_ACCESS_KEY"] == login.secret_key
    assert {"-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-bucket={BUCKET}", "-s3.port=1000"} <= set(command.arguments)
    assert "-master.telemetry=false" in command.arguments


def test_every_port_it_listens_on_is_its_own_and_is_told(tmp_path: Path) -> None:
    given = Ports(storage=1000, storage_inner=2000)
    ports = Storage(folder=tmp_path, ports_of_stack=given, login=login_of(tmp_path)).ports
    assert ports[0] == 1000
    assert set(ports[1:]) == {*range(2000, 2009), 12008}  # the last of them once more, 10,000 above: its worker's
