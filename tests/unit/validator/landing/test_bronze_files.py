"""What the names and footers of bronze files tell."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connections.settings import Lake
from connections.storage import storage_of
from sluice.ledger.balance import Partition
from sluice.ledger.runs import Run
from sluice.terminal import Fault
from validator.landing.files import BronzeFile, Content, contents_of, files_of, newest, parse

AT = Partition(topic="a.validated", number=1)
FOLDER = "bronze/tp=a.validated/dt=2026-11-21/hr=14/kp=1"


MIDNIGHT = datetime(2026, 11, 21)  # noqa: DTZ001 - the column does not say that it is UTC


def content(first: int, last: int) -> Content:
    appended = [MIDNIGHT.replace(tzinfo=UTC) + timedelta(seconds=offset) for offset in (first, last)]
    return Content(run=Run(first, last), appended=(appended[0], appended[1]))


def write(root: Path, path: str, offsets: Sequence[int | None], *, rows: int = 2) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    headers = pa.array([[("h", b"x")]] * len(offsets), pa.map_(pa.string(), pa.binary()))
    appended = pa.array([MIDNIGHT + timedelta(seconds=offset or 0) for offset in offsets], pa.timestamp("us"))
    table = pa.table({"headers": headers, "offset": pa.array(offsets, pa.int64()), "appended_at": appended})
    pq.write_table(table, file, row_group_size=rows)


def test_a_path_tells_topic_partition_and_landed_hour() -> None:
    assert parse(f"{FOLDER}/part-7f-0-1") == BronzeFile(
        path=f"{FOLDER}/part-7f-0-1", partition=AT, hour="2026-11-21/hr=14"
    )


@pytest.mark.parametrize(
    "path", [FOLDER, "bronze/readme", f"x/{FOLDER}/part", f"{FOLDER}/a/part", f"{FOLDER.replace('kp=1', 'kp=x')}/part"]
)
def test_a_path_that_the_job_does_not_write_is_no_file_of_its(path: str) -> None:
    assert parse(path) is None


def test_files_in_progress_are_none_yet(tmp_path: Path) -> None:
    write(tmp_path, f"{FOLDER}/part-0-0", [1])
    write(tmp_path, f"{FOLDER}/.part-0-1.inprogress.7", [2])
    write(tmp_path, "staged/flights/part-0-0", [2])
    assert [file.path for file in files_of(storage_of(Lake(root=str(tmp_path))))] == [f"{FOLDER}/part-0-0"]


def test_a_range_spans_all_row_groups_and_each_partition_is_for_itself(tmp_path: Path) -> None:
    other = FOLDER.replace("kp=1", "kp=2")
    write(tmp_path, f"{FOLDER}/b", [4, 5, 6, 9, 10])
    write(tmp_path, f"{FOLDER}/a", [0, 1, 2])
    write(tmp_path, f"{other}/a", [7])
    lake = Lake(root=str(tmp_path))
    assert contents_of(lake, files_of(storage_of(lake))) == {
        AT: (content(0, 2), content(4, 10)),
        Partition(topic="a.validated", number=2): (content(7, 7),),
    }


def test_only_the_newest_hours_of_each_partition_are_looked_at() -> None:
    paths = [f"bronze/tp={topic}/dt={day}/hr={hour}/kp=0/f" for topic, day, hour in (
        ("a", "2026-11-20", "23"), ("a", "2026-11-21", "00"), ("a", "2026-11-21", "01"), ("b", "2020-01-01", "05"),
    )]  # fmt: skip
    files = [file for path in paths if (file := parse(path)) is not None]
    assert [file.path for file in newest(files, 2)] == paths[1:]


@pytest.mark.parametrize("kind", ["no Parquet", "cut off", "without offsets", "null offsets"])
def test_a_file_that_tells_no_range_is_named_with_the_way_out(kind: str, tmp_path: Path) -> None:
    path = tmp_path / FOLDER / "part-0-0"
    write(tmp_path, f"{FOLDER}/part-0-0", [None] if kind == "null offsets" else [1, 2])
    match kind:
        case "no Parquet":
            path.write_bytes(b"not Parquet at all")
        case "cut off":
            path.write_bytes(path.read_bytes()[:-9])
        case "without offsets":
            pq.write_table(pa.table({"n": [1]}), path)
    lake = Lake(root=str(tmp_path))
    with pytest.raises(Fault, match=r"part-0-0 in the lake is no file that the landing job has written \(.*; move it"):
        contents_of(lake, files_of(storage_of(lake)))
