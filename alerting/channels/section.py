"""What the settings of every channel have in common."""

from typing import ClassVar, Final

from pydantic import AnyHttpUrl, Field, TypeAdapter

from connections.settings import Section, loopback
from sluice.finding.model import Severity
from sluice.incident.compose import LINES_MAX

_HTTP: Final = TypeAdapter(AnyHttpUrl)


class ChannelSection(Section):
    """``everything``: it hears of every contract for production use, and of the platform, without being named by one.

    ``severity_min`` is the least that it is called for; ``attempts`` bounds the tries of one notice. A notice has at
    most ``lines_max`` incidents: as many as people read.
    """

    lines_max: ClassVar[int] = LINES_MAX
    everything: bool = False
    severity_min: Severity = Severity.INFO
    attempts: int = Field(default=48, ge=1, le=100)
    timeout_seconds: float = Field(default=10, gt=0, le=60)

    @property
    def places(self) -> tuple[str, ...]:
        """Those in it that hear where no contract names one; () is the channel's only one."""
        return ()


def http_address(url: str, *, secret: bool) -> str:
    """The address without a slash at its end; refused where it shows a login, or sends a secret in the clear."""
    parsed = _HTTP.validate_python(url)
    if parsed.username or parsed.password:
        raise ValueError("url holds a user or a password")
    if secret and parsed.scheme == "http" and not loopback(parsed.host or ""):
        raise ValueError("a secret would cross the network in the clear; use an https url")
    return url.rstrip("/")
