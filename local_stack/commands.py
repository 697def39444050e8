"""`sluice up`, `sluice down` and `sluice status`: the local stack at a prompt."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click
from rich.table import Table

from local_stack.blueprint import PARTS, Options
from local_stack.crew import Progress
from local_stack.interrupts import interrupts_end_in_order
from local_stack.ports import Ports
from local_stack.stack import Stack
from local_stack.status import Health, Status
from sluice.terminal import FINDINGS, emit_json, err, faults_as_sentences, out

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])

LAKE: Final = "SLUICE_LAKE_"  # the lake has no default place
INTERRUPTED: Final = 130
MEBIBYTE: Final = 1024 * 1024
COLOURS: Final = {Health.UP: "green", Health.SILENT: "yellow", Health.DEAD: "red"}
STEPS: Final = {
    "fetching": "[cyan]fetching[/] (about 330 MB by Maven, once)",
    "starting": "[dim]starting[/]",
    "ready": "[green]ready[/]",
    "stopping": "[dim]stopping[/]",
    "stopped": "[green]stopped[/]",
}

home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sluice/stack"),
    show_default=True,
    envvar="SLUICE_STACK_HOME",
    help="Folder of the stack's data, logs and state.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document on stdout.")


def port_option(name: str, words: str) -> Callable[[AnyCommand], AnyCommand]:
    """An option for one of the ports; its default is that of ``Ports``."""
    return click.option(
        f"--{name.replace('_', '-')}-port",
        f"{name}_port",
        type=click.IntRange(1, 65535),
        envvar=f"SLUICE_STACK_{name.upper()}_PORT",
        help=f"Port of {words} [default: {getattr(Ports(), name)}].",
    )


@click.command()
@home_option
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Start this part alone; may be repeated.")
@click.option("--taskmanagers", type=click.IntRange(1, 16), default=1, show_default=True, help="Flink's workers.")
@click.option("--free-ports", is_flag=True, help="Take any ports that are free.")
@port_option("broker", "the broker")
@port_option("controller", "the broker's controller")
@port_option("registry", "the registry")
@port_option("registry_management", "the registry's health page")
@port_option("storage", "the storage's S3 interface")
@port_option("storage_inner", "the first of eight ports that the storage's pieces use, and one 10,000 above the last")
@port_option("flink", "Flink's REST interface and web page")
@port_option("flink_rpc", "Flink's JobManager for its TaskManagers")
@port_option("metrics", "the first TaskManager's metrics; the next one uses the next")
@json_option
def up(
    home: Path,
    only: tuple[str, ...],
    taskmanagers: int,
    *,
    free_ports: bool,
    as_json: bool,
    **ports: int | None,
) -> None:
    """Start the real broker, registry, S3 storage and Flink on this machine, and wait until they answer.

    What runs already stays as it is. The first start fetches the programs by Maven.
    """
    with faults_as_sentences(), _interruptible("what this command had started is stopped"):
        stack = Stack(home, _ports(ports, free=free_ports), options=Options(taskmanagers=taskmanagers), tell=_tell)
        started = stack.up(only or PARTS)
        if as_json:
            emit_json({"started": started, "addresses": stack.addresses(), "processes": _rows(stack)})
            return
        _print_table(stack.status())
        _print_addresses(stack.addresses(), by_default=stack.ports == Ports())


@click.command()
@home_option
@json_option
def down(home: Path, *, as_json: bool) -> None:
    """Stop the local stack in order; its data stay. Stopping twice is fine."""
    with faults_as_sentences():
        stopped = Stack(home, tell=_tell).down()
        if as_json:
            emit_json({"stopped": stopped})
        elif not stopped:
            out.print(f"Nothing runs at {home}.")


@click.command()
@home_option
@json_option
def status(home: Path, *, as_json: bool) -> None:
    """Show what runs, where it listens and what memory it takes. Exit 1 unless all of it is up."""
    with faults_as_sentences():
        found = Stack(home).status()
        if as_json:
            emit_json({"processes": [each.as_json() for each in found]})
        elif found:
            _print_table(found)
        else:
            out.print(f"Nothing runs at {home}; `sluice up` starts the stack.")
        if not found or any(each.health is not Health.UP for each in found):
            sys.exit(FINDINGS)


@contextmanager
def _interruptible(sentence: str) -> Iterator[None]:
    """Let an interrupt end in order, and say what it left: the sentence."""
    try:
        with interrupts_end_in_order():
            yield
    except KeyboardInterrupt:
        err.print(f"[yellow]interrupted:[/] {sentence}")
        sys.exit(INTERRUPTED)


def _ports(given: dict[str, int | None], *, free: bool) -> Ports | None:
    chosen = {name.removesuffix("_port"): port for name, port in given.items() if port is not None}
    if not free and not chosen:
        return None
    base = Ports.free() if free else Ports()
    return Ports(**(base.as_json() | chosen))


def _rows(stack: Stack) -> list[dict[str, Any]]:
    return [each.as_json() for each in stack.status()]


def _print_addresses(addresses: dict[str, str], *, by_default: bool) -> None:
    """The lines that point other commands at the stack; what they find there by themselves is left out."""
    who = "other commands"
    if by_default:
        out.print("\nThe other commands find it there by themselves.")
        addresses = {name: address for name, address in addresses.items() if name.startswith(LAKE)}
        who = "commands that use the storage"
    if addresses:
        out.print(f"\nFor the {who} in this shell:")
    for name, address in addresses.items():
        out.print(f"  export {name}={shlex.quote(address)}", soft_wrap=True)


def _tell(progress: Progress) -> None:
    err.print(f"{progress.seconds:6.1f} s  {progress.part:14} {STEPS[progress.step]}")


def _print_table(found: tuple[Status, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "state", "address", "pid", "memory", "up"):
        table.add_column(heading, justify="right" if heading in {"pid", "memory", "up"} else "left", overflow="fold")
    for each in found:
        table.add_row(
            each.name,
            f"[{COLOURS[each.health]}]{each.health}[/]",
            each.address,
            str(each.pid),
            f"{each.memory_bytes // MEBIBYTE} MiB",
            f"{each.up_seconds:.0f} s",
        )
    out.print(table)
    out.print(f"logs: {os.path.relpath(Path(found[0].log).parent)}", style="dim")
