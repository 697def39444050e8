"""The job on Flink: planned, the plan checked, then submitted. Flink's Java starts beside us on the first call."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sluice.terminal import Fault
from validator.code import loaded
from validator.configuration import (
    PARAMETERS,
    STATE_PATH,
    Deployment,
    as_parameter,
    configuration_of,
    parameters_of,
)
from validator.frozen import encode
from validator.gateway import prepare
from validator.plan import FUNCTION, Plan, Span, arguments, insert, sink_ddl, source_ddl, targets
from validator.properties import connector_properties
from validator.resolve import compile_all
from validator.root_cause import root_cause
from validator.route import route_of
from validator.seal import new_seal
from validator.secrets import files_of, in_the_clear

if TYPE_CHECKING:
    from pyflink.table import TableEnvironment

_OPERATOR: Final = re.compile(r"^[\s:+-]*(?P<name>[A-Za-z]+)\(", re.MULTILINE)
_OPTIMISED: Final = "== Optimized Execution Plan =="


class PlanChanged(Fault):
    """The planner made something else of the statement than what was measured and argued; nothing was started."""


class PlannedJob:
    """A job whose plan was checked and that has not started."""

    def __init__(self, deployment: Deployment) -> None:
        """Plan; Fault where Flink refuses the statement, PlanChanged where we refuse Flink's plan."""
        prepare()
        self.deployment = deployment
        self.plan = plan_of(deployment)
        self._table = _environment(deployment)
        try:
            self._table.create_temporary_system_function(FUNCTION, _function(deployment, self.plan))
            self._table.execute_sql(source_ddl(self.plan))
            self._table.execute_sql(sink_ddl(self.plan))
            explained = self._table.explain_sql(insert(self.plan))
        except Exception as error:
            raise Fault(f"Flink does not take the job: {reason(error)}") from error
        check_plan(explained, self.plan)
        self.topology = topology_of(explained)

    def submit(self, *, savepoint: str | None = None, judged: tuple[Span, ...] = ()) -> Any:
        """Start it and return Flink's JobClient.

        ``savepoint`` restores Flink's state; without it the source starts from the group's committed offsets and leaves
        out the raw offsets in ``judged``, whose records are in the outputs already.
        """
        plan = replace(self.plan, judged=judged)
        configuration = self._table.get_config()
        configuration.set(PARAMETERS, as_parameter(parameters_of(self.deployment, plan, self.topology)))
        if savepoint:
            configuration.set(STATE_PATH, savepoint)
        try:
            return self._table.execute_sql(insert(plan)).get_job_client()
        except Exception as error:
            raise Fault(f"Flink did not take the job: {reason(error)}") from error


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
        seal=new_seal(),
    )


def check_plan(explained: str, plan: Plan) -> None:
    """Refuse a plan that would judge a record more than once, or not route to every target.

    ``explained`` is the text of EXPLAIN; its last part is the optimised execution plan.
    """
    _, _, optimised = explained.partition(_OPTIMISED)
    calls = optimised.count(f"{FUNCTION}(")
    if calls != 1:
        raise PlanChanged(f"Flink's plan calls {FUNCTION} {calls} times for each record, and must once; not started")
    if unnamed := [topic for topic in targets(plan) if f"'{topic}'" not in optimised]:
        raise PlanChanged(f"Flink's plan routes nothing to {', '.join(unnamed)}; not started")


def topology_of(explained: str) -> str:
    """The kinds of operators from sink to source: state can be restored where these are the same."""
    _, _, optimised = explained.partition(_OPTIMISED)
    return " ".join(found["name"] for found in _OPERATOR.finditer(optimised))


def reason(error: Exception) -> str:
    """The innermost cause of a Java exception in one line."""
    return root_cause(str(error)) or type(error).__name__


def _environment(deployment: Deployment) -> "TableEnvironment":
    from pyflink.common import Configuration  # noqa: PLC0415 - Flink is an extra; only starting a job needs it
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415 - as above

    configuration = Configuration()
    for name, value in configuration_of(deployment).items():
        configuration.set_string(name, value)
    settings = EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(configuration).build()
    return TableEnvironment.create(settings)


def _function(deployment: Deployment, plan: Plan) -> Any:
    from pyflink.table import DataTypes  # noqa: PLC0415 - as above
    from pyflink.table.udf import udf  # noqa: PLC0415 - as above

    from validator.reload import Reloading  # noqa: PLC0415 - as above
    from validator.udf import Shipped, SluiceJudge  # noqa: PLC0415 - as above

    validator = deployment.settings.validator
    reloading = None
    if validator.reload_seconds is not None:
        registry = deployment.settings.registry
        reloading = Reloading(
            seconds=validator.reload_seconds, registry=in_the_clear(registry), files=files_of(registry)
        )
    shipped = Shipped(
        contracts=encode(deployment.contracts),
        arguments=arguments(plan),
        seal=plan.seal,
        metrics_ports=validator.metrics_ports,
        metrics_host=validator.metrics_host,
        reloading=reloading,
        code=loaded(),
    )
    return udf(SluiceJudge(shipped), result_type=DataTypes.STRING())
