"""The landing job on Flink: planned, the plan checked, then submitted."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sluice.terminal import Fault
from validator.configuration import PARAMETERS, STATE_PATH, as_parameter
from validator.gateway import JARS_VARIABLE, prepare, s3_plugin
from validator.job import reason, topology_of
from validator.landing.configuration import LandingDeployment, configuration_of, parameters_of, s3_of
from validator.landing.plan import LandingPlan, insert, sink_ddl, source_ddl
from validator.plan import Span
from validator.properties import connector_properties
from validator.running import LOCAL

if TYPE_CHECKING:
    from pyflink.table import TableEnvironment

# What Parquet files need beside Flink. The format's factory loads without them, and the job then fails at its first
# record: on restarts, for ever, and with another message.
NEEDED: Final[Mapping[str, str]] = {
    "org.apache.flink.formats.parquet.ParquetFileFormatFactory": "flink-sql-parquet",
    "org.apache.hadoop.conf.Configuration": "hadoop-client-api",
    "org.apache.hadoop.thirdparty.com.google.common.base.Preconditions": "hadoop-client-runtime",
    "com.github.luben.zstd.Zstd": "zstd-jni",
}


class PlannedLanding:
    """A landing job whose statement Flink takes and that has not started."""

    def __init__(self, deployment: LandingDeployment) -> None:
        """Plan; Fault where Flink refuses the statement, or a jar is missing that the job would miss later."""
        prepare()
        require_jars()
        self.deployment = deployment
        self.plan = plan_of(deployment)
        if deployment.target == LOCAL:
            reach_s3(s3_of(deployment.settings.lake))
        self._table = _environment(deployment)
        try:
            self._table.execute_sql(source_ddl(self.plan))
            self._table.execute_sql(sink_ddl(self.plan))
            self.topology = topology_of(self._table.explain_sql(insert(self.plan)))
        except Exception as error:
            raise Fault(f"Flink does not take the job: {reason(error)}") from error

    def submit(self, *, savepoint: str | None = None, landed: tuple[Span, ...] = ()) -> Any:
        """Start it and return Flink's JobClient.

        ``savepoint`` restores Flink's state; without it the source starts from the group's committed offsets and leaves
        out the offsets in ``landed``, whose records are in the files already.
        """
        parameters = parameters_of(self.deployment, self.topology, filling=bool(landed))
        configuration = self._table.get_config()
        configuration.set(PARAMETERS, as_parameter(parameters))
        if savepoint:
            configuration.set(STATE_PATH, savepoint)
        try:
            return self._table.execute_sql(insert(replace(self.plan, landed=landed))).get_job_client()
        except Exception as error:
            raise Fault(f"Flink did not take the job: {reason(error)}") from error


def plan_of(deployment: LandingDeployment) -> LandingPlan:
    """The plan of a deployment; holds Kafka's secrets."""
    landing = deployment.settings.landing
    return LandingPlan(
        pattern=deployment.pattern,
        group=landing.group,
        root=deployment.settings.lake.root,
        kafka=connector_properties(deployment.settings.kafka),
        discovery_ms=int(landing.discovery_seconds * 1000),
        file_mebibytes=landing.file_mebibytes,
    )


def require_jars() -> None:
    """Fault that names the jars without which the job would start and never land a record."""
    from pyflink.java_gateway import get_gateway  # noqa: PLC0415 - Flink is an extra; only starting a job needs it

    classes = get_gateway().jvm.java.lang.Class
    missing = [jar for name, jar in NEEDED.items() if not _loads(classes, name)]
    if missing:
        raise Fault(
            f"Flink lacks {', '.join(missing)} beside its Kafka connector, which landing needs; `sluice up` fetches "
            f"them, or put them into the folder that {JARS_VARIABLE} names"
        )


def reach_s3(settings: Mapping[str, str]) -> None:
    """Tell the Java beside us how to reach the storage: a cluster does so by its own file, a local Flink never.

    ``settings`` may hold secrets; they stay in memory, and out of the job and its graph.
    """
    if not settings:
        return
    if not os.environ.get("FLINK_PLUGINS_DIR") or not s3_plugin():
        raise Fault(
            "Flink's S3 plugin (flink-s3-fs-hadoop) is missing; `sluice up` fetches it, or put it into the folder "
            f"that {JARS_VARIABLE} names"
        )
    from pyflink.java_gateway import get_gateway  # noqa: PLC0415 - as above

    core = get_gateway().jvm.org.apache.flink
    configuration = core.configuration.Configuration()
    for name, value in settings.items():
        configuration.setString(name, value)
    plugins = core.core.plugin.PluginUtils.createPluginManagerFromRootFolder(configuration)
    core.core.fs.FileSystem.initialize(configuration, plugins)


def _loads(classes: Any, name: str) -> bool:
    try:
        classes.forName(name)
    except Exception:  # noqa: BLE001 - py4j's own kind; whatever keeps a class from loading keeps the job from landing
        return False
    return True


def _environment(deployment: LandingDeployment) -> "TableEnvironment":
    from pyflink.common import Configuration  # noqa: PLC0415 - as above
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415 - as above

    configuration = Configuration()
    for name, value in configuration_of(deployment).items():
        configuration.set_string(name, value)
    settings = EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(configuration).build()
    return TableEnvironment.create(settings)
