"""The job: from a frozen set of contracts to a statement that runs on Flink. One file tells the story."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from connections.settings import Registry as RegistrySettings
from sluice.terminal import Fault
from validator.frozen import ContractSet, encode
from validator.gateway import prepare
from validator.plan import FUNCTION, Plan, Span, arguments, insert, sink_ddl, source_ddl, targets
from validator.properties import connector_properties
from validator.resolve import compile_all
from validator.route import route_of
from validator.settings import JobSettings

if TYPE_CHECKING:
    from pyflink.table import TableEnvironment

LOCAL: Final = "local"
REMOTE: Final = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One start of the job.

    ``savepoint`` restores Flink's state; without it the source starts from the group's committed offsets and leaves
    out the raw offsets in ``judged``, whose records are in the outputs already.
    """

    settings: JobSettings
    contracts: ContractSet
    cluster: str
    target: str = REMOTE
    savepoint: str | None = None
    judged: tuple[Span, ...] = ()


class PlanChanged(Exception):  # noqa: N818 - said of Flink's planner
    """The planner made something else of the statement than what was measured and argued; nothing was started."""


def plan_of(deployment: Deployment) -> Plan:
    """The plan of a deployment; holds Kafka's secrets."""
    validator = deployment.settings.validator
    return Plan(
        routes=tuple(route_of(gate) for gate in compile_all(deployment.contracts.contracts)),
        cluster=deployment.cluster,
        group=validator.group,
        transactional_prefix=validator.group,
        kafka=connector_properties(deployment.settings.kafka),
        transaction_timeout_ms=validator.transaction_timeout_seconds * 1000,
        reload=validator.reload_seconds is not None,
        judged=deployment.judged,
    )


def start(deployment: Deployment) -> Any:
    """Plan, check the plan, submit; Flink's JobClient. Fault where Flink refuses, PlanChanged where we do."""
    prepare()
    plan = plan_of(deployment)
    table = _environment(deployment, plan)
    table.create_temporary_system_function(FUNCTION, _function(deployment, plan))
    try:
        table.execute_sql(source_ddl(plan))
        table.execute_sql(sink_ddl(plan))
        statement = insert(plan)
        check_plan(table.explain_sql(statement), plan)
        return table.execute_sql(statement).get_job_client()
    except PlanChanged:
        raise
    except Exception as error:
        raise Fault(f"Flink did not take the job: {_reason(error)}") from error


def check_plan(explained: str, plan: Plan) -> None:
    """Refuse a plan that would judge a record more than once, or filter where it should not.

    ``explained`` is EXPLAIN's text; its last part is the optimised execution plan.
    """
    _, _, optimised = explained.partition("== Optimized Execution Plan ==")
    calls = optimised.count(f"{FUNCTION}(")
    if calls != 1:
        raise PlanChanged(f"the optimised plan calls {FUNCTION} {calls} times for each record, and must once")
    named = [topic for topic in targets(plan) if f"'{topic}'" not in optimised]
    if named:
        raise PlanChanged(f"the optimised plan routes nothing to {', '.join(named)}")


def _environment(deployment: Deployment, plan: Plan) -> "TableEnvironment":
    from pyflink.common import Configuration  # noqa: PLC0415 - Flink is an extra; only starting a job needs it
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415 - as above

    configuration = Configuration()
    for name, value in configuration_of(deployment, plan).items():
        configuration.set_string(name, value)
    environment = EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(configuration).build()
    return TableEnvironment.create(environment)


def configuration_of(deployment: Deployment, plan: Plan) -> dict[str, str]:
    """Flink's configuration of this job; what the cluster's own file says stands for the rest."""
    validator = deployment.settings.validator
    configuration = {
        "pipeline.name": validator.group,
        "pipeline.object-reuse": "true",
        "parallelism.default": str(validator.parallelism),
        "python.execution-mode": "thread",
        "table.local-time-zone": "UTC",
        "execution.attached": "false",
        "execution.checkpointing.interval": f"{int(validator.checkpoint_seconds * 1000)} ms",
        "execution.checkpointing.min-pause": f"{int(validator.checkpoint_seconds * 500)} ms",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "30 s",
        "pipeline.global-job-parameters": _parameters(deployment, plan),
    }
    if deployment.target == LOCAL:
        configuration["execution.target"] = LOCAL
    else:
        configuration |= {"execution.target": REMOTE, **_address(validator.flink_url)}
    if deployment.savepoint:
        configuration["execution.state-recovery.path"] = deployment.savepoint
    return configuration


def parameters_of(deployment: Deployment, plan: Plan) -> dict[str, str]:
    """What a running job tells about itself over Flink's REST interface: how the next driver knows what runs."""
    return {
        "sluice.group": plan.group,
        "sluice.raw": ";".join(sorted(route.raw for route in plan.routes)),
        "sluice.contracts": ";".join(f"{route.contract.id}/{route.contract.version}" for route in plan.routes),
        "sluice.checksum": deployment.contracts.checksum,
        "sluice.filling": "true" if deployment.judged else "false",
    }


def _parameters(deployment: Deployment, plan: Plan) -> str:
    return ",".join(f"{name}:'{value}'" for name, value in parameters_of(deployment, plan).items())


def _function(deployment: Deployment, plan: Plan) -> Any:
    from pyflink.table import DataTypes  # noqa: PLC0415 - as above
    from pyflink.table.udf import udf  # noqa: PLC0415 - as above

    from validator.reload import Reloading  # noqa: PLC0415 - as above
    from validator.udf import Shipped, SluiceJudge  # noqa: PLC0415 - as above

    validator = deployment.settings.validator
    reloading = None
    if validator.reload_seconds is not None:
        registry = with_secrets(deployment.settings.registry)
        reloading = Reloading(seconds=validator.reload_seconds, registry=registry)
    shipped = Shipped(
        contracts=encode(deployment.contracts),
        arguments=arguments(plan),
        metrics_ports=validator.metrics_ports,
        metrics_host=validator.metrics_host,
        reloading=reloading,
    )
    return udf(SluiceJudge(shipped), result_type=DataTypes.STRING())


def with_secrets(registry: RegistrySettings) -> dict[str, object]:
    """The registry's settings as JSON values, secrets in the clear: for the function alone, never to be printed."""
    plain: Mapping[str, Any] = registry.model_dump(exclude_none=True)
    return {
        name: value.get_secret_value()
        if hasattr(value, "get_secret_value")
        else str(value)
        if hasattr(value, "parts")
        else value
        for name, value in plain.items()
    }


def _address(url: str) -> dict[str, str]:
    from urllib.parse import urlsplit  # noqa: PLC0415 - moved up once this file settles

    parts = urlsplit(url)
    return {"rest.address": parts.hostname or "127.0.0.1", "rest.port": str(parts.port or 8081)}


def _reason(error: Exception) -> str:
    text = str(error)
    causes = [line.removeprefix("Caused by: ") for line in text.splitlines() if line.startswith("Caused by: ")]
    return (causes[-1] if causes else text.splitlines()[0] if text else type(error).__name__)[:500]
