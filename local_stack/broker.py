"""The broker: one Kafka node in KRaft mode that is its own controller, with or without passwords and access rules."""

import base64
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from local_stack.part import JavaServer, write_properties
from local_stack.ports import LOOPBACK, Ports, answers
from local_stack.processes import Command
from sluice.terminal import Fault

ADMIN: Final = "admin"
HEAP: Final = ("-Xms128m", "-Xmx512m")
PROBE_SECONDS: Final = 3
FORMAT_SECONDS: Final = 60
REASON_CHARACTERS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker(JavaServer):
    """A Kafka node whose data lives in ``folder``.

    Where ``users`` (name to password) has entries, clients log in by SASL/PLAIN and the authorizer refuses what no rule
    allows; the user ``admin`` must be among them and may do everything.
    """

    name: str = "broker"

    @property
    def ports(self) -> tuple[int, ...]:
        """For clients, and for the controller."""
        return (self.ports_of_stack.broker, self.ports_of_stack.controller)

    def command(self) -> Command:
        """Format the data folder on the first start, then run the server."""
        path = self.folder / "server.properties"
        write_properties(path, self._properties())
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(path)
        return Command(
            arguments=(*self._java("kafka.Kafka"), path),
            environment={},
            folder=self.folder,
        )

    def ready(self) -> bool:
        """Whether the broker tells a client about the cluster."""
        if not answers(self.ports_of_stack.broker):
            return False
        settings: dict[str, str | int | float | bool] = {
            **client_settings(self.ports_of_stack, self.users, ADMIN),
            "log_level": "0",
            "socket.timeout.ms": str(PROBE_SECONDS * 1000),
        }
        try:
            return bool(AdminClient(settings).list_topics(timeout=PROBE_SECONDS).brokers)
        except KafkaException:
            return False

    def _java(self, main: str) -> tuple[str | Path, ...]:
        return (
            self.java.program,
            *HEAP,
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS",
            f"-XX:ErrorFile={self.folder}/crash-%p.log",
            "-cp",
            f"{self.jars.broker}/*",
            main,
        )

    def _format(self, path: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        answer = subprocess.run(  # noqa: S603 - Kafka's own formatter
            [*self._java("kafka.tools.StorageTool"), "format", "-t", f"k{cluster[1:]}", "-c", path],
            capture_output=True,
            text=True,
            timeout=FORMAT_SECONDS,
            check=False,
        )
        if answer.returncode:
            raise Fault(f"Kafka could not format its data folder {self.folder}: {_reason(answer.stderr)}")

    def _properties(self) -> dict[str, str]:
        protocol = "SASL_PLAINTEXT" if self.users else "PLAINTEXT"
        properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{LOOPBACK}:{self.ports_of_stack.controller}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "CLIENT",
            "listeners": f"CLIENT://{LOOPBACK}:{self.ports_of_stack.broker},"
            f"CONTROLLER://{LOOPBACK}:{self.ports_of_stack.controller}",
            "advertised.listeners": f"CLIENT://{LOOPBACK}:{self.ports_of_stack.broker}",
            "listener.security.protocol.map": f"CLIENT:{protocol},CONTROLLER:{protocol}",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
            # One node: whatever Kafka would copy to three brokers has one copy.
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            # Fewer internal partitions start faster, and the cleaner's default buffer alone is 128 MiB.
            "offsets.topic.num.partitions": "8",
            "transaction.state.log.num.partitions": "8",
            "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        }
        return properties | (self._login() if self.users else {}) | dict(self.settings)

    def _login(self) -> dict[str, str]:
        passwords = {name: password.replace("\\", "\\\\").replace('"', '\\"') for name, password in self.users.items()}
        users = " ".join(f'user_{name}="{password}"' for name, password in passwords.items())
        jaas = (
            "org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'username="{ADMIN}" password="{passwords[ADMIN]}" {users};'
        )
        return {
            "sasl.enabled.mechanisms": "PLAIN",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "sasl.mechanism.controller.protocol": "PLAIN",
            "listener.name.client.plain.sasl.jaas.config": jaas,
            "listener.name.controller.plain.sasl.jaas.config": jaas,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{ADMIN}",
        }


def _reason(told: str) -> str:
    """The line of Java's output that names the exception, else the first line."""
    lines = told.strip().splitlines() or ["it gave no reason"]
    return next((line for line in lines if "Exception" in line), lines[0])[:REASON_CHARACTERS]


def client_settings(ports: Ports, users: Mapping[str, str], user: str) -> dict[str, str]:
    """What librdkafka needs to reach the broker, and to log in as the user where there are users."""
    settings = {"bootstrap.servers": f"{LOOPBACK}:{ports.broker}"}
    if not users:
        return settings
    return settings | {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": user,
        "sasl.password": users[user],
    }
