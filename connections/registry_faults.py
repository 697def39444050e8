"""Every way in which a registry can fail us: a small closed set, each one sentence with a way out."""

from httpx import codes

from sluice.terminal import Fault


class RegistryFault(Fault):
    """The registry's fault, told in one sentence; ``url`` never holds a secret (settings refuse such urls)."""


class RegistryDown(RegistryFault):
    """Nobody answers at the address."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"the registry at {url} does not answer: {why}; is registry.url right? `sluice up` starts one here"
        )


class RegistrySlow(RegistryFault):
    """An answer did not come in time, not even after the retries."""

    def __init__(self, url: str, seconds: float, attempts: int) -> None:
        super().__init__(
            f"the registry at {url} gave no answer within {seconds:g} s ({attempts} attempts); "
            "try again, or raise registry.timeout_seconds"
        )


class RegistryUnauthorised(RegistryFault):
    """The way in is missing or wrong (401), or not enough for this request (403)."""

    def __init__(self, url: str, status: int, doing: str) -> None:
        cause = "knows nobody by this login" if status == codes.UNAUTHORIZED else "does not allow this login to do it"
        super().__init__(
            f"the registry at {url} {cause} ({status} on {doing}); "
            "check SLUICE_REGISTRY_USERNAME and SLUICE_REGISTRY_PASSWORD, or SLUICE_REGISTRY_TOKEN"
        )


class RegistryReadOnly(RegistryFault):
    """The registry, or the subject, is in a mode that takes no writes."""

    def __init__(self, url: str, doing: str) -> None:
        super().__init__(
            f"the registry at {url} is read-only and refused {doing}; "
            "set its mode to READWRITE, or name the primary in registry.url"
        )


class RegistryNonsense(RegistryFault):
    """The answer is not what the Confluent API says: a proxy's page, a login form, another service."""

    def __init__(self, url: str, doing: str, what: str) -> None:
        super().__init__(
            f"the registry at {url} answered {doing} with {what}; "
            "is registry.url the root of a Confluent-compatible API, and not a proxy or a web page?"
        )


class RegistryFailed(RegistryFault):
    """The registry understood us and failed inside, or refused with a code that has no meaning here."""

    def __init__(self, url: str, doing: str, status: int, message: str) -> None:
        super().__init__(f"the registry at {url} failed at {doing}: {status} {message}".rstrip())


class Incompatible(RegistryFault):
    """The subject's level refuses the schema; ``messages`` are the registry's own words and may be empty."""

    def __init__(self, subject: str, messages: tuple[str, ...]) -> None:
        self.subject = subject
        self.messages = messages
        told = f": {'; '.join(messages)}" if messages else ""
        super().__init__(f"the registry refuses the schema for {subject} as incompatible{told}")


class InvalidSchema(RegistryFault):
    """The registry cannot read the schema (its dialect, its references)."""

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(f"the registry cannot read the schema for {subject}: {message}")
