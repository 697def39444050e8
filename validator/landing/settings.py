"""Settings of the landing job: ``[landing]`` in the file, SLUICE_LANDING_... in the environment, flags."""

import re
from typing import Final

from pydantic import Field, field_validator

from connections.settings import Lake, Section, Settings
from validator.settings import Validator

TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
ENDINGS: Final = (".validated", ".dead-letter")


class Landing(Section):
    """The job. ``name`` is its identity: the consumer group follows from it; never share it.

    ``endings`` are those of the topics that are landed, found also while the job runs; ``topics`` are more of them by
    name, and ``contracts`` adds what the registry's contracts name. ``checkpoint_seconds`` is the time between two
    commits, and with it how many files there are: one for each Kafka partition that had records.
    """

    name: str = Field(default="land", pattern=r"^[A-Za-z0-9._-]{1,100}$")
    endings: tuple[str, ...] = ENDINGS
    topics: tuple[str, ...] = ()
    contracts: bool = True
    parallelism: int = Field(default=1, ge=1, le=4096)
    checkpoint_seconds: float = Field(default=60, ge=0.5, le=3600)
    discovery_seconds: float = Field(default=60, ge=0.1, le=86_400)
    file_mebibytes: int = Field(default=128, ge=1, le=4096)

    @field_validator("endings", "topics")
    @classmethod
    def _names_of_topics(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in names if not TOPIC.fullmatch(name)]:
            raise ValueError(f"'{wrong[0]}' can be no topic's name; patterns are not taken")
        return names

    @property
    def group(self) -> str:
        """The consumer group, which is also the job's name on Flink."""
        return f"sluice.{self.name}"


class LandingSettings(Settings):
    """What submitting and running the landing job needs; Flink is the one of the validation job."""

    lake: Lake = Field(default_factory=dict, validate_default=True)
    landing: Landing = Field(default_factory=Landing)
    validator: Validator = Field(default_factory=Validator)
