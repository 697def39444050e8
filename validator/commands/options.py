"""The options that `run validate` and `submit validate` share, and what they add up to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import rich_click as click

from connections.options import SETTINGS, with_options
from connections.sources import Sources, load
from sluice.terminal import Fault
from validator.frozen import AsItIs
from validator.resolve import Wanted
from validator.settings import JobSettings

PARALLELISM: Final = "validator.parallelism"
FLAGS: Final = {  # a parameter of the command, and the setting that it overrides
    "bootstrap": "kafka.bootstrap",
    "registry": "registry.url",
    "flink": "validator.flink_url",
    "name": "validator.name",
    "parallelism": PARALLELISM,
    "checkpoint": "validator.checkpoint_seconds",
    "metrics": "validator.metrics_ports",
    "reload": "validator.reload_seconds",
    "state": "validator.state",
}


class Duration(click.ParamType[float]):
    """Seconds, as ``30s``, ``5m``, ``1h`` or a plain number."""

    name = "duration"
    _units: Final[Mapping[str, float]] = {"s": 1, "m": 60, "h": 3600}

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Parse; a clear refusal where it is no duration."""
        text = str(value).strip()
        number, unit = (text[:-1], text[-1]) if text and text[-1] in self._units else (text, "s")
        try:
            return float(number) * self._units[unit]
        except ValueError:
            self.fail(f"'{text}' is no duration; write 30s, 5m or 1h", param, ctx)


class Pin(click.ParamType[tuple[str, int]]):
    """``NAME=VERSION``: a contract's id, raw topic or subject, and a version number of its subject."""

    name = "name=version"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Parse; a clear refusal where it is no pin."""
        if isinstance(value, tuple):
            return value
        name, _, version = str(value).rpartition("=")
        if not name or not version.isdigit():
            self.fail(f"'{value}' is no pin; write flights=3", param, ctx)
        return name, int(version)


OPTIONS = (
    *SETTINGS,
    click.option("--bootstrap", metavar="HOST:PORT", help="Kafka's address."),
    click.option("--registry", metavar="URL", help="The registry's address."),
    click.option(
        "--name", help="The job's name: its group, transactions and state follow from it [default: validate]."
    ),
    click.option("--only", "raws", multiple=True, metavar="RAW_TOPIC", help="Enforce this raw topic only; repeatable."),
    click.option(
        "--pin", "pins", type=Pin(), multiple=True, metavar="NAME=N", help="Judge by version N of a contract's subject."
    ),
    click.option("--subject", help="Enforce a subject of another team as it is, any draft; needs the three topics:"),
    click.option("--raw", help="... the topic to read,"),
    click.option("--validated", help="... where valid records go,"),
    click.option("--dead-letter", help="... and where the others go."),
    click.option("--parallelism", type=click.IntRange(1, 4096), help="Subtasks, one TaskManager each."),
    click.option("--checkpoint", type=Duration(), help="Time between two commits: the latency of a committed reader."),
    click.option("--reload", type=Duration(), help="Look for new contract versions this often [default: never]."),
    click.option(
        "--metrics", metavar="PORT|FROM-TO", help="Where each TaskManager serves metrics; 0 is any free port."
    ),
    click.option("--state", type=click.Path(file_okay=False, path_type=Path), help="Folder of last good copies."),
    click.option(
        "--last-good", is_flag=True, help="If the registry is down, start by the last good copy of the contracts."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)

shared = with_options(*OPTIONS)


def settings_of(asked: Mapping[str, Any]) -> JobSettings:
    """Flags over environment over file."""
    flags = {setting: asked[name] for name, setting in FLAGS.items() if asked.get(name) is not None}
    return load(JobSettings, Sources(flags=flags, env=asked["env"], file=asked["config"]))


def wanted_of(asked: Mapping[str, Any]) -> Wanted:
    """What is to be enforced; Fault where another team's subject comes without its topics."""
    return Wanted(raws=asked["raws"], pins=dict(asked["pins"]), as_it_is=_as_it_is(asked))


def _as_it_is(asked: Mapping[str, Any]) -> tuple[tuple[str, AsItIs], ...]:
    topics = {name: asked[name] for name in ("raw", "validated", "dead_letter")}
    subject = asked["subject"]
    missing = [f"--{name.replace('_', '-')}" for name, topic in topics.items() if not topic]
    if subject is None:
        if len(missing) < len(topics):
            raise Fault("--raw, --validated and --dead-letter go with --subject; contracts name their own topics")
        return ()
    if missing:
        raise Fault(f"--subject {subject} has no contract that names its topics; give {', '.join(missing)} too")
    return ((subject, AsItIs(id=subject.removesuffix("-value"), **topics)),)
