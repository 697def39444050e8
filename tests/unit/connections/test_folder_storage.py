"""A folder is a storage like any other."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connections.settings import Lake
from connections.storage import Storage, storage_of
from sluice.terminal import Fault
from tests.unit.connections.storage_suite import StorageSuite


class TestFolder(StorageSuite):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return storage_of(Lake(root=f"file://{tmp_path}"))


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Fault, match="cannot be written"):
        storage_of(Lake(root=f"file://{tmp_path}/taken")).put_new("a/b", b"")


def test_what_writers_left_unended_is_found_once_it_is_old_and_can_be_discarded(tmp_path: Path) -> None:
    storage = storage_of(Lake(root=f"file://{tmp_path}"))
    storage.put_new("bronze/a/part-0", b"whole")
    old = datetime.now(UTC) - timedelta(days=2)
    for name in (".part-1.inprogress.0b8a", ".new-x", "_SUCCESS", ".lock"):
        (tmp_path / "bronze/a" / name).write_text("begun")
        os.utime(tmp_path / "bronze/a" / name, (old.timestamp(), old.timestamp()))
    (tmp_path / "bronze/a/.new-y").write_text("a writer's, at work")
    found = list(storage.leftovers("bronze/", datetime.now(UTC) - timedelta(days=1)))
    assert [each.path for each in found] == ["bronze/a/.new-x", "bronze/a/.part-1.inprogress.0b8a"]
    for each in found:
        storage.discard(each)
    assert list(storage.leftovers("bronze/", datetime.now(UTC) - timedelta(days=1))) == []
    assert sorted(each.name for each in (tmp_path / "bronze/a").iterdir()) == [".lock", ".new-y", "_SUCCESS", "part-0"]


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/out"])
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(Fault, match="leads out"):
        storage_of(Lake(root=f"file://{tmp_path}/lake")).put_new(path, b"")


def test_a_file_that_is_taken_while_others_list_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = storage_of(Lake(root=f"file://{tmp_path}"))
    for name in ("a/1", "a/2", "a/3"):
        storage.put_new(name, b"")
    monkeypatch.setattr(Path, "is_file", lambda _: True)  # as it was a moment ago
    found = storage.list("a/")
    assert next(found).path == "a/1"
    storage.delete("a/2")
    assert [each.path for each in found] == ["a/3"]
