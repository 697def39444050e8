"""Flink's REST interface, as far as the driver needs it: which job runs, how it is, and how it is stopped."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import httpx

from sluice.terminal import Fault
from validator.root_cause import root_cause

ENDED: Final = frozenset({"FINISHED", "CANCELED", "FAILED", "SUSPENDED"})
POLL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that the cluster knows, with the parameters that its driver gave it."""

    id: str
    name: str
    state: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether it is over for good."""
        return self.state in ENDED


class Flink:
    """A client of one JobManager; every failure is a Fault with the address in it."""

    def __init__(self, url: str, *, timeout_seconds: float = 15, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(timeout=timeout_seconds, transport=transport, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def overview(self) -> dict[str, Any]:
        """Version, TaskManagers and slots."""
        return self._ask("GET", "/overview")

    def living(self, name: str) -> tuple[Job, ...]:
        """The jobs of that name that have not ended."""
        listed = (self._job(each) for each in self._ask("GET", "/jobs/overview")["jobs"] if each["name"] == name)
        return tuple(self.with_parameters(job) for job in listed if not job.ended)

    def all_living(self) -> tuple[Job, ...]:
        """The jobs of any name that have not ended."""
        listed = tuple(self._job(each) for each in self._ask("GET", "/jobs/overview")["jobs"])
        return tuple(self.with_parameters(job) for job in listed if not job.ended)

    def job(self, job_id: str) -> Job:
        """One job with its parameters."""
        detail = self._ask("GET", f"/jobs/{job_id}")
        return self.with_parameters(Job(id=job_id, name=detail["name"], state=detail["state"]))

    def with_parameters(self, job: Job) -> Job:
        """The job with what its driver told about it."""
        config = self._ask("GET", f"/jobs/{job.id}/config").get("execution-config") or {}
        return Job(id=job.id, name=job.name, state=job.state, parameters=config.get("user-config") or {})

    def all_tasks_run(self, job_id: str) -> bool:
        """Whether each task is RUNNING: a job says RUNNING of itself before its tasks have started."""
        vertices = self._ask("GET", f"/jobs/{job_id}")["vertices"]
        return bool(vertices) and all(vertex["status"] == "RUNNING" for vertex in vertices)

    def failure(self, job_id: str) -> str:
        """The root cause of the latest failure, empty where there is none."""
        history = self._ask("GET", f"/jobs/{job_id}/exceptions?maxExceptions=1").get("exceptionHistory") or {}
        entries = history.get("entries") or []
        return root_cause(str(entries[0].get("stacktrace", ""))) if entries else ""

    def stop_with_savepoint(self, job_id: str, patience_seconds: float) -> str:
        """Stop: the source ends, the last transaction commits, state is kept; the savepoint's path."""
        trigger = self._ask("POST", f"/jobs/{job_id}/stop", {"drain": False})["request-id"]
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            answer = self._ask("GET", f"/jobs/{job_id}/savepoints/{trigger}")
            if answer["status"]["id"] == "COMPLETED":
                operation = answer["operation"]
                if "location" in operation:
                    self.await_end(job_id, patience_seconds)
                    return str(operation["location"])
                raise Fault(
                    f"Flink at {self.url} could not stop the job with a savepoint: {_cause(operation)}; "
                    "--from-outputs replaces it without one"
                )
            time.sleep(POLL_SECONDS)
        why = self.failure(job_id)
        raise Fault(
            f"Flink at {self.url} took no savepoint within {patience_seconds:g} s{f' ({why})' if why else ''}; raise "
            "validator.patience_seconds, or replace the job without one by --from-outputs"
        )

    def checkpoint(self, job_id: str, patience_seconds: float) -> None:
        """Take a checkpoint now; Fault with the job's own cause where none completes in time."""
        trigger = self._ask("POST", f"/jobs/{job_id}/checkpoints", {"checkpointType": "CONFIGURED"})["request-id"]
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            answer = self._ask("GET", f"/jobs/{job_id}/checkpoints/{trigger}")
            if answer["status"]["id"] == "COMPLETED":
                failed = answer["operation"].get("failure-cause")
                if not failed:
                    return
                raise Fault(
                    f"the job {job_id} could not complete a checkpoint: "
                    f"{self.failure(job_id) or root_cause(str(failed.get('stack-trace', '')))}"
                )
            time.sleep(POLL_SECONDS)
        why = self.failure(job_id) or "it has not failed either; the TaskManager's log tells what it waits for"
        raise Fault(f"the job {job_id} completed no checkpoint within {patience_seconds:g} s: {why}")

    def cancel(self, job_id: str, patience_seconds: float) -> None:
        """End the job without a savepoint, and wait until it has ended."""
        self._ask("PATCH", f"/jobs/{job_id}?mode=cancel")
        self.await_end(job_id, patience_seconds)

    def await_end(self, job_id: str, patience_seconds: float) -> None:
        """Wait until the job has ended."""
        deadline = time.monotonic() + patience_seconds
        while not self.job(job_id).ended:
            if time.monotonic() > deadline:
                raise Fault(f"Flink at {self.url} did not end job {job_id} within {patience_seconds:g} s")
            time.sleep(POLL_SECONDS)

    def await_running(self, job_id: str, patience_seconds: float) -> None:
        """Wait until all tasks run; Fault with the cause where the job fails or does not come up in time."""
        deadline = time.monotonic() + patience_seconds
        while True:
            job = self.job(job_id)
            if job.state == "RUNNING" and self.all_tasks_run(job_id):
                return
            if job.ended or time.monotonic() > deadline:
                why = self.failure(job_id) or self._no_slots()
                raise Fault(f"the job {job_id} does not run ({job.state}): {why}")
            time.sleep(POLL_SECONDS)

    def _no_slots(self) -> str:
        seen = self.overview()
        return f"{seen['taskmanagers']} TaskManagers with {seen['slots-available']} free slots; the log may tell more"

    @staticmethod
    def _job(listed: Mapping[str, Any]) -> Job:
        return Job(id=listed["jid"], name=listed["name"], state=listed["state"])

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        try:
            answer = self._client.request(method, self.url + path, json=body)
            answer.raise_for_status()
            parsed = answer.json() if answer.content else {}
        except httpx.HTTPStatusError as refused:
            why = f"{refused.response.status_code} {_words(refused.response)}".rstrip()
            raise Fault(f"Flink at {self.url} refused {method} {path}: {why}") from None
        except (httpx.HTTPError, ValueError) as error:
            raise Fault(
                f"Flink at {self.url} does not answer: {str(error) or type(error).__name__}; "
                "is the cluster up, and validator.flink_url right?"
            ) from None
        if not isinstance(parsed, dict):
            raise Fault(f"Flink at {self.url} answered {method} {path} with no JSON object; is that a JobManager?")
        return parsed


def _cause(operation: Mapping[str, Any]) -> str:
    """Why an operation failed: the root of its stack trace, or at least its class."""
    failure = operation.get("failure-cause") or {}
    return root_cause(str(failure.get("stack-trace") or "")) or str(failure.get("class") or "it gives no reason")


def _words(answer: httpx.Response) -> str:
    """Flink's own words in a refusal: it lists errors, the last of which may be a stack trace."""
    try:
        errors = answer.json()["errors"]
    except (ValueError, KeyError, TypeError):
        return ""
    return root_cause("\n".join(str(error) for error in errors)) if isinstance(errors, list) else ""
