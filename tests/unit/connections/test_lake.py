from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from connections.settings import Lake, Settings, masked
from connections.sources import Sources, load
from sluice.terminal import Fault

SECRET = "open-sesame"  # noqa: S105 - the secret that must not leak


class WithLake(Settings):
    lake: Lake = Field(default_factory=dict, validate_default=True)


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def lake(**told: Any) -> Lake:
    return load(WithLake, Sources(flags={f"lake.{name}": value for name, value in told.items()})).lake


@pytest.mark.parametrize(
    ("told", "root"),
    [
        ("s3://lake", "s3://lake"),
        ("s3://lake/", "s3://lake"),
        ("s3://lake/eu/", "s3://lake/eu"),
        ("file:///data/lake/", "file:///data/lake"),
    ],
)
def test_a_root_is_a_place_without_a_slash_at_its_end(told: str, root: str) -> None:
    assert lake(root=told).root == root


def test_a_plain_path_is_a_folder_of_this_machine(tmp_path: Path) -> None:
    assert lake(root="here").root == f"file://{tmp_path}/here"
    assert lake(root="here").folder == tmp_path / "here"
    assert lake(root="s3://lake").folder is None


def test_keys_of_aws_count_where_none_is_told_and_only_for_object_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "theirs")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    taken = lake(root="s3://lake")
    assert taken.access_key is not None
    assert taken.access_key.get_secret_value() == "theirs"
    monkeypatch.setenv("SLUICE_LAKE_ACCESS_KEY", "ours")
    monkeypatch.setenv("SLUICE_LAKE_SECRET_KEY", SECRET)
    mine = lake(root="s3://lake")
    assert mine.access_key is not None
    assert mine.access_key.get_secret_value() == "ours"
    monkeypatch.delenv("SLUICE_LAKE_ACCESS_KEY")
    monkeypatch.delenv("SLUICE_LAKE_SECRET_KEY")
    assert lake(root="here").access_key is None


def test_keys_that_need_a_token_are_left_to_the_chain_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, SECRET)
    assert lake(root="s3://lake").access_key is None


def test_keys_are_masked_and_may_be_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    told = lake(root="s3://lake", access_key="mine", secret_key_file=str(tmp_path / "secret"))
    assert told.secret_key is not None
    assert told.secret_key.get_secret_value() == SECRET
    assert SECRET not in f"{told!r} {told} {masked(told)}"
    assert "mine" not in f"{told!r} {told} {masked(told)}"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no root": ({}, r"lake.root: is not given: file:///folder, or s3://bucket \(SLUICE_LAKE_ROOT\)"),
    "another scheme": ({"root": "gs://lake"}, "lake.root: is neither file:///folder nor s3://bucket/prefix"),
    "Hadoop's scheme": ({"root": "s3a://lake"}, "is neither file:///folder nor s3://bucket/prefix"),
    "no bucket": ({"root": "s3://"}, "is neither"),
    "a host in a file": ({"root": "file://data/lake"}, "is neither"),
    "a part of an address": ({"root": "file:///data/a#b?c"}, r"has # and \? in it, which mean something else"),
    "an escape": ({"root": "s3://lake/a%20b"}, "has % in it"),
    "half a login": ({"root": "s3://lake", "access_key": SECRET}, "access_key and secret_key go together"),
    "a login in the endpoint": (
        {"root": "s3://lake", "endpoint": f"http://a:{SECRET}@b"},
        "holds a user or a password; set SLUICE_LAKE_ACCESS_KEY",
    ),
    "no endpoint": ({"root": "s3://lake", "endpoint": "localhost"}, "lake.endpoint: Input should be a valid URL"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence_without_the_secret(case: str) -> None:
    told, words = REFUSED[case]
    with pytest.raises(Fault, match=words) as refused:
        lake(**told)
    assert SECRET not in str(refused.value)


def test_a_key_in_the_file_is_refused() -> None:
    Path("sluice.toml").write_text('[lake]\nroot = "s3://lake"\nsecret_key = "x"\n')
    with pytest.raises(Fault, match=r"lake\.secret_key is a secret, and this file belongs in git"):
        lake()
