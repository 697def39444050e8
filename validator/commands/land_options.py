"""The options that `run land` and `submit land` share, and the deployment that they add up to."""

from collections.abc import Mapping
from typing import Any, Final

import rich_click as click
from structlog.typing import FilteringBoundLogger

from connections.options import SETTINGS, with_options
from connections.registry import Registry
from connections.registry_faults import RegistryFault
from connections.settings import masked
from connections.sources import Sources, load
from sluice.terminal import Fault
from validator.commands.options import Duration
from validator.landing.configuration import LandingDeployment
from validator.landing.settings import LandingSettings
from validator.landing.topics import pattern_of, topics_of_contracts
from validator.running import REMOTE

FLAGS: Final = {  # a parameter of the command, and the setting that it overrides
    "bootstrap": "kafka.bootstrap",
    "registry": "registry.url",
    "flink": "validator.flink_url",
    "lake": "lake.root",
    "name": "landing.name",
    "endings": "landing.endings",
    "topics": "landing.topics",
    "contracts": "landing.contracts",
    "parallelism": "landing.parallelism",
    "checkpoint": "landing.checkpoint_seconds",
    "discovery": "landing.discovery_seconds",
}

OPTIONS = (
    *SETTINGS,
    click.option("--bootstrap", metavar="HOST:PORT", help="Kafka's address."),
    click.option("--registry", metavar="URL", help="The registry's address."),
    click.option("--lake", metavar="URL", help="The lake: a folder, file:///folder or s3://bucket/prefix."),
    click.option("--name", help="The job's name: its consumer group follows from it [default: land]."),
    click.option(
        "--ending",
        "endings",
        multiple=True,
        metavar=".ENDING",
        help="Land topics that end so; repeatable [default: .validated and .dead-letter].",
    ),
    click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Land this topic too; repeatable."),
    click.option(
        "--contracts/--no-contracts",
        default=None,
        help="Whether topics of the registry's contracts that end otherwise are landed too [default: they are].",
    ),
    click.option("--parallelism", type=click.IntRange(1, 4096), help="Subtasks, one TaskManager each."),
    click.option("--checkpoint", type=Duration(), help="Time between two commits: how long until files are complete."),
    click.option("--discovery", type=Duration(), help="Look for new topics and partitions this often."),
    click.option("--from-files", is_flag=True, help="Look at every file for gaps, and fill them from Kafka."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)

shared = with_options(*OPTIONS)


def settings_of(asked: Mapping[str, Any]) -> LandingSettings:
    """Flags over environment over file; a repeatable flag that is not given leaves the setting as it is."""
    flags = {setting: asked[name] for name, setting in FLAGS.items() if asked.get(name) not in (None, ())}
    return load(LandingSettings, Sources(flags=flags, env=asked["env"], file=asked["config"]))


def deployment_of(asked: Mapping[str, Any], log: FilteringBoundLogger, *, target: str = REMOTE) -> LandingDeployment:
    """Read settings, and ask the registry which topics its contracts name; Fault where the world refuses."""
    settings = settings_of(asked)
    log.info("settings", **masked(settings))
    landing = settings.landing
    topics = [*landing.topics, *(_of_contracts(settings, log) if landing.contracts else ())]
    return LandingDeployment(settings=settings, pattern=pattern_of(landing.endings, topics), target=target)


def _of_contracts(settings: LandingSettings, log: FilteringBoundLogger) -> tuple[str, ...]:
    try:
        with Registry(settings.registry) as registry:
            return topics_of_contracts(registry, log)
    except RegistryFault as fault:
        endings = " and ".join(settings.landing.endings)
        raise Fault(f"{fault}; --no-contracts asks no registry, and lands what ends in {endings}") from None
