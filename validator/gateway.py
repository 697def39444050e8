"""Flink's Java beside us: where its jars are, so that the planner finds the Kafka connector."""

import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sluice.terminal import Fault

JARS_VARIABLE: Final = "SLUICE_JARS"
JARS_DEFAULT: Final = Path(".sluice/jars")
CONNECTOR: Final = "flink-sql-connector-kafka-*.jar"


def prepare() -> None:
    """Point PyFlink, which starts its Java on first use, at a folder of links: its own jars and the connector.

    A FLINK_HOME that the environment names is taken as it is. PyFlink reads its environment variables only, so they
    are set here, for this process and the Java that it starts.
    """
    package = _package()
    if not os.environ.get("FLINK_HOME"):
        jars = (*package.glob("lib/*.jar"), *package.glob("opt/flink-python-*.jar"), connector())
        library = Path(tempfile.mkdtemp(prefix="sluice-flink-lib-"))
        for jar in jars:
            (library / jar.name).symlink_to(jar)
        os.environ |= {
            "FLINK_HOME": str(package),
            "FLINK_LIB_DIR": str(library),
            "FLINK_OPT_DIR": str(package / "opt"),
            "FLINK_LOG_DIR": tempfile.gettempdir(),
        }
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))


def connector() -> Path:
    """The Kafka connector's jar, from SLUICE_JARS or the working folder's ``.sluice/jars``."""
    folder = Path(os.environ.get(JARS_VARIABLE) or JARS_DEFAULT)
    found = sorted(folder.rglob(CONNECTOR))
    if not found:
        raise Fault(
            f"Flink's Kafka connector is not in {folder} ({CONNECTOR}); `sluice up` fetches it, or name the folder "
            f"that holds it by {JARS_VARIABLE}"
        )
    return found[-1].resolve()


def _package() -> Path:
    found = find_spec("pyflink")
    if found is None or not found.submodule_search_locations:
        raise Fault("Flink is not installed; install the package's extra `flink` (pip install 'sluice[flink]')")
    return Path(next(iter(found.submodule_search_locations)))
