"""Small Flink jobs without Python that run, fail for good, or restart in a loop, as a test asks."""

from typing import Final
from urllib.parse import urlsplit

from validator.gateway import prepare

RESTARTS: Final = {
    "once": {"restart-strategy.type": "none"},
    "forever": {
        "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": "1000000",
        "restart-strategy.fixed-delay.delay": "200 ms",
    },
}
RUNS: Final = "CHAR_LENGTH(word)"
FAILS: Final = "CAST('passenger N14228 ' || word AS INT)"


def submit(url: str, name: str, number: str, tries: str) -> None:
    """A job of that name on the cluster, whose SQL makes a number of each random word."""
    prepare()
    from pyflink.common import Configuration  # noqa: PLC0415 - Flink's Java is asked for where a job is started
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415 - as above

    address = urlsplit(url)
    configuration = Configuration()
    asked = {
        "pipeline.name": name,
        "execution.target": "remote",
        "execution.attached": "false",
        "rest.address": str(address.hostname),
        "rest.port": str(address.port),
        **RESTARTS[tries],
    }
    for key, value in asked.items():
        configuration.set_string(key, value)
    table = TableEnvironment.create(
        EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(configuration).build()
    )
    table.execute_sql(
        "CREATE TEMPORARY TABLE words (word STRING)"
        " WITH ('connector' = 'datagen', 'rows-per-second' = '5', 'fields.word.length' = '6')"
    )
    table.execute_sql("CREATE TEMPORARY TABLE nowhere (number INT) WITH ('connector' = 'blackhole')")
    table.execute_sql(f"INSERT INTO nowhere SELECT {number} FROM words")  # noqa: S608 - ours, and no database
