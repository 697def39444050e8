"""The registry: Apicurio with the Confluent interface, its subjects in a file, with or without passwords."""

from dataclasses import dataclass
from typing import Final

import httpx

from local_stack.part import JavaServer, write_properties
from local_stack.ports import LOOPBACK, Ports
from local_stack.processes import Command

HEAP: Final = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
PROBE_SECONDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry(JavaServer):
    """An Apicurio registry whose data lives in ``folder``; ``users`` (name to password) turn on basic auth."""

    name: str = "registry"

    @property
    def ports(self) -> tuple[int, ...]:
        """For clients, and for its own health page."""
        return (self.ports_of_stack.registry, self.ports_of_stack.registry_management)

    def command(self) -> Command:
        """Run the application with a configuration that only we may read."""
        path = self.folder / "application.properties"
        write_properties(path, self._properties())
        return Command(
            arguments=(
                self.java.program,
                *HEAP,
                f"-XX:ErrorFile={self.folder}/crash-%p.log",
                f"-Dquarkus.config.locations={path}",
                "-jar",
                self.jars.registry / "quarkus-run.jar",
            ),
            environment={},
            folder=self.folder,
        )

    def ready(self) -> bool:
        """Whether the registry lists its subjects."""
        login = next(iter(self.users.items()), None)
        try:
            answer = httpx.get(
                f"{registry_url(self.ports_of_stack)}/subjects", auth=login, timeout=PROBE_SECONDS, trust_env=False
            )
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def _properties(self) -> dict[str, str]:
        properties = {
            "quarkus.http.host": LOOPBACK,
            "quarkus.http.port": str(self.ports_of_stack.registry),
            "quarkus.management.host": LOOPBACK,
            "quarkus.management.port": str(self.ports_of_stack.registry_management),
            "quarkus.otel.sdk.disabled": "true",
            "apicurio.datasource.url": f"jdbc:h2:file:{self.folder / 'data'}",
            "apicurio.datasource.jdbc.initial-size": "2",
            "apicurio.datasource.jdbc.min-size": "2",
            "apicurio.datasource.jdbc.max-size": "20",
            # Without a global rule this registry enforces no compatibility at all.
            "apicurio.rules.global.compatibility": "BACKWARD",
        }
        return properties | (self._login() if self.users else {}) | dict(self.settings)

    def _login(self) -> dict[str, str]:
        return {
            "quarkus.oidc.tenant-enabled": "false",
            "quarkus.http.auth.basic": "true",
            "quarkus.http.auth.permission.all.paths": "/apis/*",
            "quarkus.http.auth.permission.all.policy": "authenticated",
            "quarkus.security.users.embedded.enabled": "true",
            "quarkus.security.users.embedded.plain-text": "true",
            **{f"quarkus.security.users.embedded.users.{name}": password for name, password in self.users.items()},
            **{f"quarkus.security.users.embedded.roles.{name}": "sr-admin" for name in self.users},
        }


def registry_url(ports: Ports) -> str:
    """The address of the registry's Confluent interface."""
    return f"http://{LOOPBACK}:{ports.registry}/apis/ccompat/v7"
