"""A FLINK_HOME made of links to the installed package, with our own configuration, connectors and S3."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import yaml

from local_stack.jars import Jars

# Console only: the stack keeps what a process prints as its log, and a second copy would double the disk.
LOGGING: Final = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.name = Console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c - %m%n
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
logger.kafka.name = org.apache.kafka
logger.kafka.level = WARN
logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline
logger.netty.level = OFF
"""


def build(home: Path, package: Path, jars: Jars, settings: Mapping[str, str]) -> None:
    """Lay out ``home`` from the installed ``package``.

    ``bin`` is copied, since its scripts find their home by resolving links; ``lib`` is a folder of links: the package's
    jars, the connectors, and Flink's Python jar, without which a second thread-mode job in a TaskManager fails.
    ``plugins`` holds the package's, and S3 in a folder of its own, where Flink gives it a class loader of its own.
    """
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "bin").exists():
        shutil.copytree(package / "bin", home / "bin")
    _link(home / "opt", package / "opt")
    _link_all(
        home / "lib", (*package.glob("lib/*.jar"), *package.glob("opt/flink-python-*.jar"), *jars.flink.glob("*.jar"))
    )
    if (home / "plugins").is_symlink():  # as an older release left it: writing there would change the package
        (home / "plugins").unlink()
    _link_all(home / "plugins", package.glob("plugins/*/"), kept=("s3",))
    _link_all(home / "plugins" / "s3", jars.flink_s3.glob("*.jar"))
    _configure(home / "conf", package / "conf", settings)


def _configure(ours: Path, theirs: Path, settings: Mapping[str, str]) -> None:
    ours.mkdir(exist_ok=True)
    for name in ("log4j-cli.properties", "logback.xml", "logback-console.xml"):
        _link(ours / name, theirs / name)
    (ours / "log4j-console.properties").write_text(LOGGING)
    # Java's module openings stand in the package's own file and differ between releases of Flink.
    shipped = yaml.safe_load((theirs / "config.yaml").read_text())
    options = {"env.java.opts.all": shipped["env"]["java"]["opts"]["all"]} | dict(settings)
    fresh = ours / "config.yaml.new"
    fresh.touch(mode=0o600)  # it can hold the storage's keys
    fresh.write_text(yaml.safe_dump(options, sort_keys=True, width=10_000))
    fresh.replace(ours / "config.yaml")


def _link_all(folder: Path, targets: Iterable[Path], kept: tuple[str, ...] = ()) -> None:
    folder.mkdir(exist_ok=True)
    wanted = {target.name: target for target in targets}
    for stale in folder.iterdir():
        if stale.name not in (*wanted, *kept):
            stale.unlink()
    for name, target in wanted.items():
        _link(folder / name, target)


def _link(path: Path, target: Path) -> None:
    if path.is_symlink() and path.readlink() == target:
        return
    path.unlink(missing_ok=True)
    path.symlink_to(target)
