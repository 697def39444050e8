"""Settings of the ledger: those of the scheduled job, and the names of the two jobs whose groups it asks about."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sla.ledger.witness import Groups
from sla.settings import SlaSettings


class Named(BaseModel):
    """The section of another application's job, of which its name alone is read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    name: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,100}$")


class LedgerSettings(SlaSettings):
    """``[landing]`` and ``[validator]`` are the jobs' own sections: a name is told once."""

    landing: Named = Field(default_factory=Named)
    validator: Named = Field(default_factory=Named)

    @property
    def groups(self) -> Groups:
        """The consumer groups of the two jobs."""
        return Groups(
            landing=f"sluice.{self.landing.name or 'land'}", judging=f"sluice.{self.validator.name or 'validate'}"
        )
