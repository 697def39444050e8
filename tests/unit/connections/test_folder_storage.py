"""A folder is a storage like any other."""

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
