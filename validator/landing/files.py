"""The bronze files as coordinates: which offsets of which partition each holds, from names and footers alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
READERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BronzeFile:
    """One file, by its path below the lake's root; ``hour`` is the landed day and hour, and sorts as time does."""

    path: str
    partition: Partition
    hour: str


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


def runs_of_files(lake: Lake, files: Sequence[BronzeFile]) -> Mapping[Partition, tuple[Run, ...]]:
    """The range of offsets that each file holds, by partition, ascending; Fault that names a file nobody can read.

    A file is written by one reader of its partition, in order, and appears whole: between its lowest and its highest
    offset it holds every committed record.
    """
    system, base = filesystem(lake)
    with ThreadPoolExecutor(READERS) as readers:
        runs = readers.map(lambda file: _run(system, f"{base}/{file.path}", file), files)
        found: dict[Partition, list[Run]] = {}
        for file, run in zip(files, runs, strict=True):
            found.setdefault(file.partition, []).append(run)
    return {partition: tuple(sorted(each)) for partition, each in found.items()}


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


def _run(system: fs.FileSystem, path: str, file: BronzeFile) -> Run:
    try:
        footer = pq.read_metadata(path, filesystem=system)
        column = footer.schema.names.index(OFFSET)
        ranges = [_statistics(footer, group, column) for group in range(footer.num_row_groups)]
        return Run(min(first for first, _ in ranges), max(last for _, last in ranges))
    except (OSError, ValueError, pa.ArrowException) as error:
        why = str(error).splitlines()[0][:200]
        raise Fault(
            f"{file.path} in the lake is no file that the landing job has written ({why}); move it away: what it held "
            "lands again, as far as Kafka still has it"
        ) from None


def _statistics(footer: pq.FileMetaData, group: int, column: int) -> tuple[int, int]:
    told = footer.row_group(group).column(column).statistics
    if told is None or not told.has_min_max:
        raise ValueError("it does not tell its range of offsets")
    return told.min, told.max
