"""The steps of ``sluice profile``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from sluice.commands.contract_files import read_contracts
from sluice.commands.gates import judged, read_contract
from sluice.commands.lines import size_of
from sluice.commands.problems_view import plural
from sluice.commands.profile_change_view import show_change
from sluice.commands.profile_files import Advance, Profiled, Reading, expanded, profiled
from sluice.commands.profile_json import change_document, document
from sluice.commands.profile_view import show
from sluice.contract.model import Field, LogicalType, SchemaObject
from sluice.profile.change import change
from sluice.profile.codec import encode
from sluice.profile.contracted import spec_of
from sluice.profile.model import ALL, Period, PeriodProfile, Profile
from sluice.profile.spec import ProfileSpec
from sluice.profile.typing_json import Typed
from sluice.terminal import Fault, emit_json, err

_TYPES: Final = {
    LogicalType.STRING: Typed.TEXT,
    LogicalType.TIME: Typed.TEXT,
    LogicalType.DATE: Typed.DATE,
    LogicalType.TIMESTAMP: Typed.TIMESTAMP,
    LogicalType.NUMBER: Typed.NUMBER,
    LogicalType.INTEGER: Typed.INTEGER,
    LogicalType.BOOLEAN: Typed.BOOLEAN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for."""

    files: tuple[str, ...]
    compare: tuple[str, ...]
    contract: Path | None
    name: str | None
    save: Path | None
    as_json: bool


def run(asked: Asked) -> None:
    """Read the files, and show, compare and save. Raises Fault."""
    reading = _reading(asked)
    groups = [expanded(paths) for paths in (asked.files, asked.compare) if paths]
    sizes = [size_of(file) for files in groups for file in files]
    with _progress(sizes) as advance:
        now, *others = (profiled(files, reading, advance) for files in groups)
    if asked.save is not None:
        _save(asked.save, now.profile)
    if others:
        _tell_change(others[0], now, as_json=asked.as_json)
    elif asked.as_json:
        emit_json(_document(now))
    else:
        show(now.name, now.profile)
        _tell_notes(now)


def _tell_change(before: Profiled, now: Profiled, *, as_json: bool) -> None:
    found = change(before.profile, now.profile)
    if as_json:
        emit_json(change_document(found, _document(before), _document(now)))
        return
    show_change(before.name, now.name, found)
    _tell_notes(before, now)


def _document(group: Profiled) -> dict[str, object]:
    return document(group.files, group.profile, group.notes)


def _tell_notes(*groups: Profiled) -> None:
    for note in (note for group in groups for note in group.notes):
        err.print(f"[yellow]note:[/] {escape(note)}")


def _reading(asked: Asked) -> Reading:
    if asked.contract is None:
        return Reading(spec=ProfileSpec(underscored=True))
    texts = read_contracts((asked.contract,))
    if len(texts) > 1:
        raise Fault(f"{asked.contract} holds {plural(len(texts), 'contract')}; name one of them")
    ((file, text),) = texts.items()
    described = judged(read_contract(text, file), text, asked.name).described
    return _declared(described)


def _declared(described: SchemaObject) -> Reading:
    types: dict[str, Typed] = {}
    opaque: set[str] = set()
    _declare(described.fields, "", types, opaque)
    spec = spec_of(described)
    return Reading(
        spec=ProfileSpec(columns=spec.columns, classified=spec.classified, tokens=spec.tokens),
        types=types,
        opaque=frozenset(opaque),
    )


def _declare(fields: tuple[Field, ...], prefix: str, types: dict[str, Typed], opaque: set[str]) -> None:
    for field in fields:
        name = prefix + field.name
        types[name] = _TYPES.get(field.logical_type, Typed.NESTED)
        if field.logical_type is LogicalType.OBJECT:
            _declare(field.properties, name + ".", types, opaque)
        elif types[name] is Typed.NESTED:
            opaque.add(name)


def _save(path: Path, profile: Profile) -> None:
    """Written beside and renamed: a file of that name is always a whole profile."""
    first = profile.event_first or datetime.min.replace(tzinfo=UTC)
    last = profile.event_last or datetime.max.replace(tzinfo=UTC)
    whole = PeriodProfile(
        contract="", version="", object="", period=Period(label="", start=first, end=last), slices={ALL: profile}
    )
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=path.suffix, delete=False) as file:
            file.write(encode(whole))
        Path(file.name).replace(path)
    except OSError as error:
        raise Fault(f"cannot write {path}: {(error.strerror or os.strerror(error.errno or 0)).lower()}") from None


@contextmanager
def _progress(sizes: list[int | None]) -> Iterator[Advance]:
    """A bar on stderr that follows the bytes read; silent where stderr is no terminal."""
    known = [size for size in sizes if size is not None]
    columns = (TextColumn("profiling"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("profiling", total=sum(known) if len(known) == len(sizes) else None)
        yield lambda count: bar.advance(task, count)
