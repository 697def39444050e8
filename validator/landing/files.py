"""The bronze files as coordinates: which offsets of which partition each holds, from names and footers alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from connections.settings import Lake
from sluice.ledger.balance import Partition
from sluice.ledger.runs import Run
from sluice.terminal import Fault
from validator.landing.plan import FOLDER

if TYPE_CHECKING:
    from connections.storage import Storage

PATH: Final = re.compile(
    rf"{FOLDER}/tp=(?P<topic>[^/]+)/dt=(?P<hour>\d{{4}}-\d\d-\d\d/hr=\d\d)/kp=(?P<number>\d{{1,6}})/[^/]+"
)
OFFSET: Final = "offset"
APPENDED: Final = "appended_at"
READERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BronzeFile:
    """One file, by its path below the lake's root; ``hour`` is the landed day and hour, and sorts as time does."""

    path: str
    partition: Partition
    hour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a file's footer tells: its range of offsets, and when the first and the last of its records was appended."""

    run: Run
    appended: tuple[datetime, datetime]


def files_of(storage: "Storage") -> tuple[BronzeFile, ...]:
    """Every file that the job has completed; what lies there under another kind of name is none."""
    return tuple(file for entry in storage.list(f"{FOLDER}/") if (file := parse(entry.path)) is not None)


def parse(path: str) -> BronzeFile | None:
    """The file of a path below the lake's root; None where the job names none so."""
    found = PATH.fullmatch(path)
    if found is None:
        return None
    partition = Partition(topic=found["topic"], number=int(found["number"]))
    return BronzeFile(path=path, partition=partition, hour=found["hour"])


def newest(files: Iterable[BronzeFile], hours: int) -> tuple[BronzeFile, ...]:
    """Of each partition the files of the newest landed hours that have any."""
    by_partition: dict[Partition, dict[str, list[BronzeFile]]] = {}
    for file in files:
        by_partition.setdefault(file.partition, {}).setdefault(file.hour, []).append(file)
    return tuple(
        file for by_hour in by_partition.values() for hour in sorted(by_hour)[-hours:] for file in by_hour[hour]
    )


def contents_of(lake: Lake, files: Sequence[BronzeFile]) -> Mapping[Partition, tuple[Content, ...]]:
    """What each file holds, by partition, ascending by offsets; Fault that names a file nobody can read.

    A file is written by one reader of its partition, in order, and appears whole: between its lowest and its highest
    offset it holds every committed record.
    """
    system, base = filesystem(lake)
    with ThreadPoolExecutor(READERS) as readers:
        contents = readers.map(lambda file: _content(system, f"{base}/{file.path}", file), files)
        found: dict[Partition, list[Content]] = {}
        for file, content in zip(files, contents, strict=True):
            found.setdefault(file.partition, []).append(content)
    return {partition: tuple(sorted(each, key=lambda one: one.run)) for partition, each in found.items()}


def filesystem(lake: Lake) -> tuple[fs.FileSystem, str]:
    """Arrow's way into the lake, and the root as it names it."""
    if lake.folder is not None:
        return fs.LocalFileSystem(), str(lake.folder)
    address = (lake.endpoint or "").rpartition("://")
    told = {
        "access_key": lake.access_key.get_secret_value() if lake.access_key else None,
        "secret_key": lake.secret_key.get_secret_value() if lake.secret_key else None,
        "endpoint_override": address[2] or None,
        "scheme": address[0] or "https",
    }
    system = fs.S3FileSystem(region=lake.region, force_virtual_addressing=not lake.path_style, **told)
    return system, lake.root.removeprefix("s3://")


def _content(system: fs.FileSystem, path: str, file: BronzeFile) -> Content:
    try:
        footer = pq.read_metadata(path, filesystem=system)
        first, last = _range(footer, APPENDED)
        appended = (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))  # which the type of the column does not say
        return Content(run=Run(*_range(footer, OFFSET)), appended=appended)
    except (OSError, ValueError, pa.ArrowException) as error:
        why = str(error).splitlines()[0][:200]
        raise Fault(
            f"{file.path} in the lake is no file that the landing job has written ({why}); move it away: what it held "
            "lands again, as far as Kafka still has it"
        ) from None


def _range(footer: pq.FileMetaData, name: str) -> tuple[Any, Any]:
    """The least and the greatest value of a column, over all row groups; ValueError where one of them does not tell."""
    column = footer.schema.names.index(name)
    told = [footer.row_group(group).column(column).statistics for group in range(footer.num_row_groups)]
    if any(each is None or not each.has_min_max for each in told):
        raise ValueError(f"it does not tell the range of {name}")
    return min(each.min for each in told), max(each.max for each in told)
