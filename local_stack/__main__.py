"""Fetch the programs of the local stack ahead of its first start: `python -m local_stack`, called by `make setup`."""

from local_stack import jars
from local_stack.programs import java, shared_python
from sluice.terminal import err, faults_as_sentences


def main() -> None:
    """Fetch them unless they are there; Fault where the machine lacks what they need."""
    with faults_as_sentences():
        folder = jars.default_folder()
        found = java()
        shared_python()
        if not jars.fetched(folder):
            err.print("fetching Kafka, the registry and Flink's connectors by Maven (about 330 MB, once)")
            jars.fetch(folder, found)


if __name__ == "__main__":
    main()
