"""``sluice validate``: the records of files, judged by the gate of the stream, without a registry."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from sluice.commands.contract_files import SUFFIXES, read_contracts
from sluice.commands.deletes import key_in
from sluice.commands.gates import Judged, judged, read_contract
from sluice.commands.lines import LINE_BYTES_MAX, records, shown, size_of
from sluice.commands.problems_view import plural
from sluice.commands.tally import Spot, Tally
from sluice.commands.tally_view import document, show
from sluice.terminal import CLEAN, FAULT, FINDINGS, Fault, emit_json, err, faults_as_sentences
from sluice.verdict.codes import CDC_BAD_KEY
from sluice.verdict.gate import Gate, limited_to
from sluice.verdict.model import Control, Invalid, Record, Verdict

Advance = Callable[[int], None]


@click.command("validate")
@click.argument("contract", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--object", "name", metavar="NAME", help="The object to judge by, where the contract has several.")
@click.option("--producer", metavar="NAME", help="Judge as if this producer had sent the records.")
@click.option(
    "--failures",
    metavar="N",
    default=0,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="How many invalid records to explain one by one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def validate(  # noqa: PLR0913 - one argument for each option of the command
    contract: Path, files: tuple[str, ...], *, name: str | None, producer: str | None, failures: int, as_json: bool
) -> None:
    """Judge records of NDJSON files (plain or gzip; - is stdin) by a contract.

    Exit code 0: all are valid. 1: some are not. 2: a file or the contract cannot be read.
    """
    with faults_as_sentences():
        _contract_comes_first(str(contract), files)
        subject = _subject(contract, name)
        sizes = [size_of(file) for file in files]
        tally = Tally(failures_max=failures)
        with _progress(sizes) as advance:
            faults = list(_judge_all(subject, files, producer, tally, advance))
        if as_json:
            emit_json(document(subject, tally, faults))
        else:
            show(subject, tally)
        for fault in faults:
            err.print(f"[bold red]error:[/] {fault.replace('[', chr(92) + '[')}")
        sys.exit(FAULT if faults else FINDINGS if tally.invalid else CLEAN)


def _contract_comes_first(contract: str, files: tuple[str, ...]) -> None:
    swapped = next((file for file in files if file.endswith(SUFFIXES)), None)
    if swapped is not None and not contract.endswith(SUFFIXES) and not Path(contract).is_dir():
        raise Fault(f"the contract comes first: sluice validate {shown(swapped)} {shown(contract)}")


def _subject(path: Path, name: str | None) -> Judged:
    texts = read_contracts((path,))
    if len(texts) > 1:
        raise Fault(f"{path} holds {plural(len(texts), 'contract')}; name one of them")
    ((file, text),) = texts.items()
    return judged(read_contract(text, file), text, name)


def _judge_all(
    subject: Judged, files: tuple[str, ...], producer: str | None, tally: Tally, advance: Advance
) -> Iterator[str]:
    """Judge every file; a file that breaks off is told at the end, and keeps none of the others from being judged."""
    gate = limited_to(subject.gate, LINE_BYTES_MAX)
    for file in files:
        try:
            _judge(gate, file, producer, tally, advance)
        except Fault as fault:
            yield str(fault)


def _judge(gate: Gate, file: str, producer: str | None, tally: Tally, advance: Advance) -> None:
    label = shown(file)
    header = gate.annotation.producer_header if gate.annotation is not None else None
    headers = {header: producer.encode()} if header is not None and producer is not None else {}
    topic, accepts = gate.topics.raw, gate.accepts
    for line, value in records(file, advance):
        if accepts(value, None):
            tally.valid += 1
        else:
            record = Record(topic=topic, value=value, headers=headers)
            verdict = gate.judge(record)
            if isinstance(verdict, Invalid) and verdict.code == CDC_BAD_KEY:
                verdict = _delete(gate, record, tally)
            tally.add(Spot(file=label, line=line), verdict)


def _delete(gate: Gate, record: Record, tally: Tally) -> Verdict:
    """Judge a delete by the key that the file holds; one without is nobody's fault, and passed on unjudged."""
    key = key_in(record.value or b"", gate)
    if key is not None:
        return gate.judge(Record(topic=record.topic, value=record.value, headers=record.headers, key=key))
    tally.unkeyed += 1
    return Control(contract=gate.contract, kind="delete")


@contextmanager
def _progress(sizes: list[int | None]) -> Iterator[Advance]:
    """A bar on stderr that follows the bytes read; silent where stderr is no terminal."""
    known = [size for size in sizes if size is not None]
    columns = (TextColumn("judging"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("judging", total=sum(known) if len(known) == len(sizes) else None)
        yield lambda count: bar.advance(task, count)
