"""The jobs that are compared, each started on the same cluster and the same raw topic."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from connections.settings import Kafka
from local_stack.stack import Stack
from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse
from validator.cluster import cluster_id
from validator.configuration import Deployment, configuration_of
from validator.frozen import ContractSet, Frozen
from validator.gateway import prepare
from validator.job import PlannedJob, plan_of
from validator.plan import PRODUCER, SINK, SOURCE, sink_ddl, source_ddl
from validator.settings import JobSettings, Validator
from validator.sql import bytes_of, text

ROOT: Final = Path(__file__).parents[2]
CONTRACT: Final = ROOT / "contracts" / "travel" / "flights.odcs.yaml"
CONSTANT_HEADER: Final = "v=1;c=flights/1.0.0;t=valid;p=0;o=1234567;j=1700000000000"
CHECKPOINT_SECONDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Where one run reads and writes. ``mark`` is unlike that of any other run: group and transactions follow it."""

    stack: Stack
    raw: str
    mark: str

    @property
    def topics(self) -> tuple[str, str, str]:
        """Raw, validated, dead-letter."""
        return self.raw, f"{self.mark}.validated", f"{self.mark}.dead-letter"


Start = Callable[[Run], str]


def contract_text() -> str:
    """The rules schema of the worked contract."""
    contract = parse(CONTRACT.read_bytes(), CONTRACT.name)
    if not isinstance(contract, Contract):
        raise SystemExit("\n".join(str(problem) for problem in contract))
    return canonical(rules_schema(contract, contract.objects[0]))


def _deployment(run: Run) -> Deployment:
    schema = orjson.loads(contract_text())
    raw, validated, dead_letter = run.topics
    schema["x-sluice"] |= {"raw": raw, "validated": validated, "deadLetter": dead_letter}
    frozen = Frozen(subject=f"{raw}-contract", version=1, schema_id=1, text=orjson.dumps(schema).decode())
    kafka = Kafka(bootstrap=run.stack.bootstrap)
    settings = JobSettings(
        kafka=kafka,
        validator=Validator(name=run.mark, flink_url=run.stack.flink_url, checkpoint_seconds=CHECKPOINT_SECONDS),
    )
    contracts = ContractSet(registry="none", resolved_at_ms=0, contracts=(frozen,))
    return Deployment(settings=settings, contracts=contracts, cluster=cluster_id(kafka))


def start_ours(run: Run) -> str:
    """The validation job as it is."""
    return str(PlannedJob(_deployment(run)).submit().get_job_id())


def start_pass_through(run: Run) -> str:
    """The same source, sink and configuration, a constant header, no judge."""
    from pyflink.common import Configuration  # noqa: PLC0415 - Flink is an extra
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415 - as above

    prepare()
    deployment = _deployment(run)
    plan = plan_of(deployment)
    configuration = Configuration()
    for name, value in configuration_of(deployment).items():
        configuration.set_string(name, value)
    settings = EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(configuration).build()
    table = TableEnvironment.create(settings)
    table.execute_sql(source_ddl(plan))
    table.execute_sql(sink_ddl(plan))
    header = f"MAP[CAST('__contract' AS STRING), {bytes_of(CONSTANT_HEADER)}]"
    result = table.execute_sql(
        f"INSERT INTO {SINK} SELECT k, v, {text(run.topics[1])}, MAP_UNION(headers, {header}), ts "  # noqa: S608 - names of our own
        f"FROM {SOURCE} WHERE topic IN ({text(run.raw)})"
    )
    return str(result.get_job_client().get_job_id())


def start_by_hand(engine: str) -> Start:
    """What one would write by hand, with the named package."""

    def start(run: Run) -> str:
        from pyflink.common import Configuration  # noqa: PLC0415 - Flink is an extra
        from pyflink.datastream import StreamExecutionEnvironment  # noqa: PLC0415 - as above
        from pyflink.java_gateway import get_gateway  # noqa: PLC0415 - as above

        from benchmarks.job.by_hand import Validate, submit  # noqa: PLC0415 - as above

        prepare()
        ours = configuration_of(_deployment(run))
        configuration = Configuration()
        for name in ("execution.target", "rest.address", "rest.port", "execution.checkpointing.interval"):
            configuration.set_string(name, ours[name])
        configuration.set_string("execution.attached", "false")
        configuration.set_string("parallelism.default", "1")
        configuration.set_string("python.pythonpath", str(ROOT))
        # PyFlink's own get_execution_environment starts a cluster of its own, whatever the target says.
        java = get_gateway().jvm.org.apache.flink.streaming.api.environment
        environment = java.StreamExecutionEnvironment(configuration._j_configuration)  # noqa: SLF001 - as PyFlink does
        client = submit(
            StreamExecutionEnvironment(environment),
            Validate(contract_text(), engine),
            run.stack.bootstrap,
            run.topics,
            PRODUCER,
        )
        return str(client.get_job_id())

    return start


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A job, its letter in the issue, and the share of the records it is given: slow ones need fewer."""

    letter: str
    name: str
    start: Start
    share: float = 1.0


VARIANTS: Final[tuple[Variant, ...]] = (
    Variant(letter="a", name="pass-through, constant header", start=start_pass_through),
    Variant(letter="b", name="Sluice", start=start_ours),
    Variant(letter="c", name="by hand, DataStream + jsonschema", start=start_by_hand("jsonschema"), share=0.06),
    Variant(letter="d", name="by hand, DataStream + jsonschema-rs", start=start_by_hand("jsonschema-rs"), share=0.25),
)


def names(letters: str) -> tuple[Variant, ...]:
    """The variants with these letters."""
    return tuple(each for each in VARIANTS if each.letter in letters)
