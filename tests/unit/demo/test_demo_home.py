"""The demo's folder: emptied where a demo made it, and nowhere else."""

from pathlib import Path

import pytest

from demo.home import claimed, emptied
from sluice.terminal import Fault


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_folder_of_somebody_elses_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years")
    with pytest.raises(Fault, match=r"is not empty and no demo made it; name another folder by --home"):
        emptied(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_that_a_demo_made_is_emptied(tmp_path: Path) -> None:
    home = emptied(tmp_path / "new")
    (home / "log").mkdir()
    (home / "plan.json").touch()
    assert names(emptied(home)) == []
    (home / "log").mkdir()
    assert names(emptied(home)) == []


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert emptied(tmp_path) == tmp_path


def test_a_link_is_followed_and_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert emptied(tmp_path / "link") == tmp_path / "real"
    assert emptied(tmp_path / "link") == tmp_path / "real"
    assert (tmp_path / "link").is_symlink()


def test_a_claimed_folder_may_be_written_to_and_is_still_a_demos(tmp_path: Path) -> None:
    (claimed(tmp_path / "new") / "lock").touch()
    (tmp_path / "new" / "away").symlink_to(tmp_path)
    assert names(emptied(tmp_path / "new")) == []
    assert tmp_path.exists()
