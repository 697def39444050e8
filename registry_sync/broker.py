"""What sync asks of Kafka, and the real Kafka behind it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ClusterMetadata,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from connections.kafka import CLOSED_DOORS, GRACE_SECONDS, client, kafka_fault
from connections.settings import Kafka
from registry_sync.state import Access, Config, Operation, Resource, TopicState
from sluice.terminal import Fault

if TYPE_CHECKING:
    from concurrent.futures import Future


class Broker(Protocol):
    """The broker as sync sees it. Each method raises Fault when the broker cannot or will not."""

    def cluster(self) -> str:
        """The id that the cluster gives itself, whatever address it is reached by."""
        ...

    def topics(self, names: Iterable[str]) -> Mapping[str, TopicState]:
        """The topics among ``names`` that exist."""
        ...

    def access(self) -> frozenset[Access]:
        """Every rule that allows reading or writing, from any host."""
        ...

    def create(self, name: str, partitions: int, replication: int, config: Config) -> None:
        """Create a topic; one that is there already is left as it is."""
        ...

    def grow(self, name: str, partitions: int) -> None:
        """Raise the number of partitions."""
        ...

    def configure(self, name: str, config: Config) -> None:
        """Set these keys and leave the others."""
        ...

    def grant(self, access: Access) -> None:
        """Allow."""
        ...

    def revoke(self, access: Access) -> None:
        """Take back."""
        ...


class KafkaBroker:
    """The real one, through confluent-kafka's admin client."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._closed_door: KafkaError | None = None
        self._admin = client(AdminClient, kafka, {"error_cb": self._hear})

    def cluster(self) -> str:
        """The id that the cluster gives itself, whatever address it is reached by."""
        return str(self._metadata().cluster_id)

    def topics(self, names: Iterable[str]) -> Mapping[str, TopicState]:
        """The topics among ``names`` that exist."""
        wanted = frozenset(names)
        listed = self._metadata().topics
        found = {name: topic for name, topic in listed.items() if name in wanted and topic.error is None}
        if not found:
            return {}
        asked = [ConfigResource(ResourceType.TOPIC, name) for name in sorted(found)]
        answers = self._admin.describe_configs(asked, request_timeout=self._kafka.timeout_seconds)
        states = {}
        for resource, future in answers.items():
            entries = self._wait(future, f"reading the settings of {resource.name}")
            partitions = found[resource.name].partitions
            states[resource.name] = TopicState(
                name=resource.name,
                partitions=len(partitions),
                replication=len(partitions[0].replicas) if partitions else 0,
                config={key: str(entry.value) for key, entry in entries.items() if entry.value is not None},
            )
        return states

    def access(self) -> frozenset[Access]:
        """Every rule that allows reading or writing, from any host."""
        whatever = cast("str", None)  # the client takes None for "any", and its types do not say so
        anything = AclBindingFilter(
            ResourceType.ANY,
            whatever,
            ResourcePatternType.ANY,
            whatever,
            whatever,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        future = self._admin.describe_acls(anything, request_timeout=self._kafka.timeout_seconds)
        bindings = self._wait(future, "reading access rules")
        return frozenset(access for binding in bindings if (access := _access(binding)) is not None)

    def create(self, name: str, partitions: int, replication: int, config: Config) -> None:
        """Create a topic; one that is there already is left as it is."""
        topic = NewTopic(name, num_partitions=partitions, replication_factor=replication, config=dict(config))
        futures = self._admin.create_topics([topic], request_timeout=self._kafka.timeout_seconds)
        self._wait(futures[name], f"creating {name}", fine=KafkaError.TOPIC_ALREADY_EXISTS)

    def grow(self, name: str, partitions: int) -> None:
        """Raise the number of partitions."""
        futures = self._admin.create_partitions(
            [NewPartitions(name, partitions)], request_timeout=self._kafka.timeout_seconds
        )
        self._wait(futures[name], f"adding partitions to {name}")

    def configure(self, name: str, config: Config) -> None:
        """Set these keys and leave the others."""
        entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in config]
        resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
        futures = self._admin.incremental_alter_configs([resource], request_timeout=self._kafka.timeout_seconds)
        self._wait(futures[resource], f"configuring {name}")

    def grant(self, access: Access) -> None:
        """Allow."""
        binding = AclBinding(*_where(access), "*", _OPERATIONS[access.operation], AclPermissionType.ALLOW)
        futures = self._admin.create_acls([binding], request_timeout=self._kafka.timeout_seconds)
        self._wait(futures[binding], "granting access")

    def revoke(self, access: Access) -> None:
        """Take back."""
        one = AclBindingFilter(*_where(access), "*", _OPERATIONS[access.operation], AclPermissionType.ALLOW)
        futures = self._admin.delete_acls([one], request_timeout=self._kafka.timeout_seconds)
        self._wait(futures[one], "taking access back")

    def _metadata(self) -> ClusterMetadata:
        try:
            return self._admin.list_topics(timeout=self._kafka.timeout_seconds)
        except KafkaException as error:
            self._admin.poll(0)
            raise self._fault(error, "listing topics") from None

    def _wait(self, future: "Future[Any]", doing: str, fine: int | None = None) -> Any:
        try:
            return future.result(timeout=self._kafka.timeout_seconds + GRACE_SECONDS)
        except KafkaException as error:
            code = cast("KafkaError", error.args[0]).code()
            if code == fine:
                return None
            if code == KafkaError.SECURITY_DISABLED:
                raise Fault(
                    f"Kafka at {self._kafka.bootstrap} has no authorizer, so access rules mean nothing there; "
                    "leave --acls away, or set authorizer.class.name on the brokers"
                ) from None
            raise self._fault(error, doing) from None
        except TimeoutError as error:
            raise kafka_fault(error, self._kafka, doing) from None

    def _hear(self, error: KafkaError) -> None:
        """A refused login or certificate is told here alone: to the caller it looks as if nobody answered."""
        if error.code() in CLOSED_DOORS:
            self._closed_door = error

    def _fault(self, error: KafkaException, doing: str) -> Fault:
        return kafka_fault(self._closed_door or error, self._kafka, doing)


_RESOURCES: Final = {
    Resource.TOPIC: ResourceType.TOPIC,
    Resource.GROUP: ResourceType.GROUP,
    Resource.TRANSACTIONAL_ID: ResourceType.TRANSACTIONAL_ID,
}
_OPERATIONS: Final = {
    Operation.READ: AclOperation.READ,
    Operation.WRITE: AclOperation.WRITE,
    Operation.DESCRIBE: AclOperation.DESCRIBE,
    Operation.DESCRIBE_CONFIGS: AclOperation.DESCRIBE_CONFIGS,
}


def _where(access: Access) -> tuple[ResourceType, str, ResourcePatternType, str]:
    pattern = ResourcePatternType.PREFIXED if access.prefixed else ResourcePatternType.LITERAL
    return (_RESOURCES[access.resource], access.name, pattern, access.principal)


def _access(binding: AclBinding) -> Access | None:
    resource = next((mine for mine, theirs in _RESOURCES.items() if theirs == binding.restype), None)
    operation = next((mine for mine, theirs in _OPERATIONS.items() if theirs == binding.operation), None)
    allowed = binding.permission_type == AclPermissionType.ALLOW and binding.host == "*"
    if resource is None or operation is None or not allowed:
        return None
    return Access(
        principal=binding.principal,
        operation=operation,
        resource=resource,
        name=binding.name,
        prefixed=binding.resource_pattern_type == ResourcePatternType.PREFIXED,
    )
