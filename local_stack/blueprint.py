"""From a name to a part: where its data live, on which ports it listens, and which options it was asked for."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from local_stack import jars
from local_stack.broker import Broker, client_settings
from local_stack.flink import Cluster, JobManager, TaskManager
from local_stack.part import Part
from local_stack.ports import Ports, any_free
from local_stack.programs import java, registry_java
from local_stack.registry import Registry, registry_url
from local_stack.storage import Storage, login_of, read_login, s3_url
from sluice.terminal import Fault

PARTS: Final = ("broker", "registry", "storage", "flink")
TASKMANAGER: Final = "taskmanager-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a stack can be asked for beyond its defaults.

    ``broker_users`` and ``registry_users`` (name to password) turn on logins; the broker's must hold ``admin``.
    ``*_settings`` go over the defaults of the part's own configuration file.
    """

    taskmanagers: int = 1
    broker_users: Mapping[str, str] = field(default_factory=dict)
    broker_settings: Mapping[str, str] = field(default_factory=dict)
    registry_users: Mapping[str, str] = field(default_factory=dict)
    registry_settings: Mapping[str, str] = field(default_factory=dict)
    flink_settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """How each part of one stack is made."""

    home: Path
    ports: Ports
    options: Options
    jars_folder: Path

    @property
    def registry_url(self) -> str:
        """The address of the registry's Confluent interface."""
        return registry_url(self.ports)

    @property
    def storage_folder(self) -> Path:
        """Where the storage keeps its objects and its login."""
        return self.home / "storage"

    def client_settings(self, user: str) -> dict[str, str]:
        """What librdkafka needs to reach the broker as the user."""
        return client_settings(self.ports, self.options.broker_users, user)

    def names(self, parts: Iterable[str]) -> tuple[str, ...]:
        """The processes of the named parts, in the order in which they start."""
        asked = set(parts)
        if unknown := sorted(asked - set(PARTS)):
            raise Fault(f"no such part: {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
        flink = ("jobmanager", *(f"{TASKMANAGER}{number}" for number in range(1, self.options.taskmanagers + 1)))
        return tuple(name for part in PARTS if part in asked for name in (flink if part == "flink" else (part,)))

    def part(self, name: str) -> Part:
        """The part behind a process name; finds Java and the jars, and fetches these where they are missing."""
        if name == "broker":
            return self._broker()
        if name == "registry":
            return self._registry()
        if name == "storage":
            return self._storage()
        if name == "jobmanager":
            return JobManager(cluster=self.cluster())
        if name.startswith(TASKMANAGER):
            return self._taskmanager(name)
        raise Fault(
            f"the stack has no {name}; it has a broker, a registry, a storage, a jobmanager, taskmanager-1 and so on"
        )

    def cluster(self) -> Cluster:
        """What JobManager and TaskManagers share."""
        found = java()
        return Cluster(
            folder=self.home / "flink",
            ports_of_stack=self.ports,
            jars=jars.fetch(self.jars_folder, found),
            java=found,
            settings={**self.storage_settings(), **self.options.flink_settings},
        )

    def storage_settings(self) -> dict[str, str]:
        """What Flink needs to reach the storage; nothing where this home has none."""
        login = read_login(self.storage_folder)
        if login is None:
            return {}
        return {
            "s3.endpoint": s3_url(self.ports),
            "s3.path.style.access": "true",
            "s3.access-key": login.access_key,
            "s3.secret-key": login.secret_key,
        }

    def _broker(self) -> Broker:
        found = java()
        return Broker(
            folder=self.home / "broker",
            ports_of_stack=self.ports,
            jars=jars.fetch(self.jars_folder, found),
            java=found,
            users=self.options.broker_users,
            settings=self.options.broker_settings,
        )

    def _registry(self) -> Registry:
        found = java()
        return Registry(
            folder=self.home / "registry",
            ports_of_stack=self.ports,
            jars=jars.fetch(self.jars_folder, found),
            java=registry_java(found),
            users=self.options.registry_users,
            settings=self.options.registry_settings,
        )

    def _storage(self) -> Storage:
        # The login is made with the part, not with its start: Flink is told of it when it is laid out.
        folder = self.storage_folder
        return Storage(folder=folder, ports_of_stack=self.ports, login=login_of(folder))

    def _taskmanager(self, name: str) -> TaskManager:
        number = int(name.removeprefix(TASKMANAGER))
        return TaskManager(
            cluster=self.cluster(),
            name=name,
            incarnation=secrets.token_hex(2),
            metrics_port=any_free(self.ports.metrics + number - 1),
        )
