"""What every storage does: run on a folder here, and on a real S3 server in the integration tests."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from connections.storage import Storage, StorageMissing


class StorageSuite:
    """Subclasses give a fixture ``storage`` that is empty."""

    def test_what_was_put_is_read_and_listed(self, storage: Storage) -> None:
        assert storage.put_new("a/b/c.json", b"one")
        assert storage.get("a/b/c.json")[0] == b"one"
        (entry,) = storage.list("a/")
        assert (entry.path, entry.size) == ("a/b/c.json", 3)

    def test_a_prefix_lists_what_begins_with_it_and_nothing_else(self, storage: Storage) -> None:
        for path in ("a/1", "a/12", "a/2", "ab/1"):
            storage.put_new(path, b"")
        assert [entry.path for entry in storage.list("a/1")] == ["a/1", "a/12"]
        assert [entry.path for entry in storage.list("")] == ["a/1", "a/12", "a/2", "ab/1"]

    def test_what_writers_hide_while_they_write_is_not_listed(self, storage: Storage) -> None:
        for path in ("a/.part-0.inprogress", "a/_SUCCESS", "a/part-0"):
            storage.put_new(path, b"")
        assert [entry.path for entry in storage.list("a/")] == ["a/part-0"]

    def test_a_second_creation_loses_and_changes_nothing(self, storage: Storage) -> None:
        assert storage.put_new("one", b"first")
        assert not storage.put_new("one", b"second")
        assert storage.get("one")[0] == b"first"

    def test_of_many_creations_at_once_one_wins(self, storage: Storage) -> None:
        with ThreadPoolExecutor(16) as pool:
            won = list(pool.map(lambda number: storage.put_new("race", str(number).encode()), range(16)))
        assert sum(won) == 1
        assert storage.get("race")[0] == str(won.index(True)).encode()

    def test_a_swap_needs_the_version_that_was_read(self, storage: Storage) -> None:
        storage.put_new("one", b"first")
        _, version = storage.get("one")
        assert storage.swap("one", b"second", version)
        assert not storage.swap("one", b"third", version)
        assert storage.get("one")[0] == b"second"

    def test_a_swap_of_what_is_gone_loses(self, storage: Storage) -> None:
        storage.put_new("one", b"first")
        _, version = storage.get("one")
        storage.delete("one")
        assert not storage.swap("one", b"second", version)

    def test_what_is_not_there_is_missing_and_deleting_it_is_nothing(self, storage: Storage) -> None:
        storage.delete("none")
        with pytest.raises(StorageMissing):
            storage.get("none")
