"""Files of rows, whatever they are: Parquet, NDJSON (plain or gzip) or a saved profile, told apart by their bytes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from sluice.commands.lines import STDIN, records, shown
from sluice.commands.problems_view import plural
from sluice.profile.builder import ProfileBuilder
from sluice.profile.codec import Unreadable, decode
from sluice.profile.columns import Kind, kind_of, names_of
from sluice.profile.merge import merge
from sluice.profile.model import ALL, EMPTY, Profile
from sluice.profile.ndjson import JsonReader
from sluice.profile.spec import ProfileSpec
from sluice.profile.typing_json import Typed
from sluice.terminal import Fault

Advance = Callable[[int], None]
BATCH_ROWS: Final = 65_536
_PARQUET: Final = b"PAR1"
SAVED: Final = ".profile"
IGNORED: Final = ("_", ".")
NAMES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read: what to profile, and what the contract declares of JSON (its types, and its maps)."""

    spec: ProfileSpec
    types: dict[str, Typed] = field(default_factory=dict)
    opaque: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Profiled:
    """The files of one group as one profile, and what has to be said beside it."""

    files: tuple[str, ...]
    profile: Profile = EMPTY
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The group for people."""
        return (
            shown(self.files[0]) if len(self.files) == 1 else f"{shown(self.files[0])} and {len(self.files) - 1} more"
        )


def expanded(paths: Iterable[str]) -> tuple[str, ...]:
    """The files, with those below folders: all but the hidden ones and those that begin with an underscore.

    Of a folder that holds rows and saved profiles of them only the rows are taken. Raises Fault where there is none.
    """
    files = tuple(chain.from_iterable(_below(path) for path in paths))
    if not files:
        raise Fault("there is no file to profile: the folders are empty")
    return files


def _below(path: str) -> list[str]:
    if path == STDIN or not Path(path).is_dir():
        return [path]
    root = Path(path)
    found = sorted(each for each in root.rglob("*") if each.is_file() and not _is_hidden(each.relative_to(root)))
    rows = [each for each in found if each.suffix != SAVED]
    return [str(each) for each in rows or found]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(IGNORED) for part in path.parts)


def profiled(files: tuple[str, ...], reading: Reading, advance: Advance) -> Profiled:
    """All the files as one profile. Raises Fault for one that cannot be read, and where there is no row at all."""
    found = Profiled(files=files)
    builder = ProfileBuilder(reading.spec)
    saved: list[Profile] = []
    for file in files:
        beginning = _beginning(file)
        if beginning.startswith(_PARQUET):
            _add_parquet(builder, file, reading, found, advance)
        elif _is_saved(beginning):
            saved.append(_saved(file, advance))
        else:
            _add_json(builder, file, reading, found, advance)
    found.profile = merge(builder.slices()[ALL], *saved)
    if not found.profile.rows:
        raise Fault(f"{found.name} holds no rows")
    return found


def _beginning(file: str) -> bytes:
    if file == STDIN:
        return b""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(len(_PARQUET) + 16)
    except OSError as error:
        raise Fault(f"cannot read {shown(file)}: {(error.strerror or 'the system refused').lower()}") from None


def _is_saved(beginning: bytes) -> bool:
    return b"format" in beginning and not beginning.lstrip().startswith(b"{")


def _saved(file: str, advance: Advance) -> Profile:
    data = Path(file).read_bytes()
    advance(len(data))
    try:
        return decode(data).total
    except Unreadable as why:
        raise Fault(f"{shown(file)}: {why}") from None


def _add_parquet(builder: ProfileBuilder, file: str, reading: Reading, found: Profiled, advance: Advance) -> None:
    try:
        with pq.ParquetFile(file) as opened:
            found.notes.extend(_notes_on_schema(file, opened.schema_arrow, reading))
            rows = opened.metadata.num_rows
            size = Path(file).stat().st_size
            if not rows:
                builder.add(pa.RecordBatch.from_pylist([], opened.schema_arrow))
            for batch in opened.iter_batches(BATCH_ROWS):
                builder.add(batch)
                advance(size * batch.num_rows // rows)
    except (pa.ArrowException, OSError) as error:
        raise Fault(f"{shown(file)} is no Parquet file that can be read to its end: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _add_json(builder: ProfileBuilder, file: str, reading: Reading, found: Profiled, advance: Advance) -> None:
    reader = JsonReader(types=dict(reading.types), opaque=reading.opaque)
    read = 0
    for block in reader.blocks(records(file, advance)):
        read += block.batch.num_rows
        builder.add(block.batch, absent=block.absent, unfit=block.unfit)
    if reader.unreadable and not read:
        raise Fault(
            f"{shown(file)} is neither Parquet nor NDJSON: no line holds a JSON object, "
            f"from line {reader.first_unreadable} on"
        )
    found.notes.extend(_notes(file, reader, reading))


def _notes(file: str, reader: JsonReader, reading: Reading) -> Iterator[str]:
    if reader.unreadable:
        lines = plural(reader.unreadable, "line")
        yield f"{shown(file)}: {lines} without a JSON object left out, the first is line {reader.first_unreadable}"
    if reader.fields_beyond:
        yield f"{shown(file)}: more fields than {len(reader.types):,}; {reader.fields_beyond:,} values left out"
    others = [name for name in reader.types if not _is_declared(name, reading)]
    yield from _left_out(file, others, reading)


def _notes_on_schema(file: str, schema: pa.Schema, reading: Reading) -> Iterator[str]:
    """How the columns of a Parquet file differ from what the contract declares."""
    held = {field.name: kind_of(field.type) for field in schema}
    yield from _left_out(file, [name for name in names_of(schema) if not _is_declared(name, reading)], reading)
    missing = [name for name in reading.types if "." not in name and name not in held]
    if missing:
        yield f"{shown(file)}: has no column for {_few(missing)}"
    for name, kind in held.items():
        declared = reading.types.get(name)
        if declared is not None and kind not in _KINDS[declared]:
            yield f"{shown(file)}: {name} is {kind.value}, and {declared.value} in the contract"


_KINDS: Final = {
    Typed.BOOLEAN: (Kind.BOOLEAN,),
    Typed.INTEGER: (Kind.INTEGER,),
    Typed.NUMBER: (Kind.NUMBER, Kind.INTEGER),
    Typed.TEXT: (Kind.TEXT, Kind.OPAQUE),
    Typed.TIMESTAMP: (Kind.INSTANT,),
    Typed.DATE: (Kind.INSTANT,),
    Typed.NESTED: (Kind.NESTED,),
}


def _left_out(file: str, names: list[str], reading: Reading) -> Iterator[str]:
    if reading.types and names:
        yield f"{shown(file)}: not in the contract, and left out: {_few(names)}"


def _few(names: list[str]) -> str:
    shown_names = ", ".join(names[:NAMES_SHOWN])
    return shown_names if len(names) <= NAMES_SHOWN else f"{shown_names} and {len(names) - NAMES_SHOWN} more"


def _is_declared(name: str, reading: Reading) -> bool:
    return name in reading.types or _is_within(name, reading)


def _is_within(name: str, reading: Reading) -> bool:
    return any(name.startswith(f"{each}.") for each in reading.opaque)
