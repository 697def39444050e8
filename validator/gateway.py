"""Flink's Java beside us: where its jars are, so that the planner finds the connectors and a local job its S3."""

import os
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sluice.terminal import Fault

JARS_VARIABLE: Final = "SLUICE_JARS"
JARS_DEFAULT: Final = Path(".sluice/jars")
CONNECTOR: Final = "flink-sql-connector-kafka-*.jar"
S3: Final = "flink-s3-fs-*.jar"


def prepare() -> None:
    """Point PyFlink, which starts its Java on first use, at a folder of links: its own jars and the connectors.

    What lies beside the Kafka connector (Parquet and what it asks for) comes along. S3 is a plugin in a folder of its
    own: Flink gives it a class loader of its own. A FLINK_HOME that the environment names is taken as it is. PyFlink
    reads its environment variables only, so they are set here, for this process and the Java that it starts.
    """
    package = _package()
    if not os.environ.get("FLINK_HOME"):
        beside = connector().parent.glob("*.jar")
        jars = (*package.glob("lib/*.jar"), *package.glob("opt/flink-python-*.jar"), *beside)
        home = Path(tempfile.mkdtemp(prefix="sluice-flink-"))
        os.environ |= {
            "FLINK_HOME": str(package),
            "FLINK_LIB_DIR": str(_links(home / "lib", jars)),
            "FLINK_PLUGINS_DIR": str(_links(home / "plugins" / "s3", s3_plugin()).parent),
            "FLINK_OPT_DIR": str(package / "opt"),
            "FLINK_LOG_DIR": tempfile.gettempdir(),
        }
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))


def connector() -> Path:
    """The Kafka connector's jar, from SLUICE_JARS or the working folder's ``.sluice/jars``."""
    found = sorted(_folder().rglob(CONNECTOR))
    if not found:
        raise Fault(
            f"Flink's Kafka connector is not in {_folder()} ({CONNECTOR}); `sluice up` fetches it, or name the folder "
            f"that holds it by {JARS_VARIABLE}"
        )
    return found[-1].resolve()


def s3_plugin() -> tuple[Path, ...]:
    """The jar of Flink's S3 file system, from the same folder; empty where there is none."""
    return tuple(path.resolve() for path in sorted(_folder().rglob(S3))[-1:])


def _folder() -> Path:
    return Path(os.environ.get(JARS_VARIABLE) or JARS_DEFAULT)


def _links(folder: Path, targets: Iterable[Path]) -> Path:
    folder.mkdir(parents=True)
    for name, target in {target.name: target for target in targets}.items():
        (folder / name).symlink_to(target.resolve())
    return folder


def _package() -> Path:
    found = find_spec("pyflink")
    if found is None or not found.submodule_search_locations:
        raise Fault("Flink is not installed; run `make setup`, or `pip install '.[flink]'` in the checkout")
    return Path(next(iter(found.submodule_search_locations)))
