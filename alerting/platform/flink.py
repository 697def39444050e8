"""Flink's REST interface, as far as a watcher needs it: which jobs there are, how they are, and what broke them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from alerting.platform.finding import Look
from alerting.platform.trace import classes, places, sentence
from sluice.finding.model import Evidence

LOOP_RESTARTS: Final = 3
LOOP_SPAN: Final = timedelta(minutes=10)
JOBS_MAX: Final = 200
BROKEN: Final = frozenset({"FAILED", "FAILING", "RESTARTING", "SUSPENDED"})
ENDED_BY_SOMEBODY: Final = frozenset({"CANCELED", "CANCELLING", "FINISHED"})
NONSENSE: Final = (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError)
"""What comes of an answer that is not Flink's, whatever its form: a watcher that dies of it would watch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """How often a job had restarted when it was looked at."""

    at: datetime
    job: str
    count: int


@dataclass(slots=True)
class FlinkWatcher:
    """Looks at one JobManager; remembers the restarts of the last minutes, to tell a loop from one restart."""

    url: str
    timeout_seconds: float = 10
    _seen: dict[str, list[Restarts]] = field(default_factory=dict)

    def look(self, now: datetime) -> Iterator[Look]:
        """Whether Flink answers; for the newest job of each name, whether it runs and whether it restarts in a loop."""
        expected = "Flink's REST interface answers"
        with httpx.Client(base_url=self.url.rstrip("/"), timeout=self.timeout_seconds, trust_env=False) as client:
            try:
                jobs = _newest(_ask(client, "/jobs/overview")["jobs"])
                looks = [look for job in jobs for look in self._job(client, job, now)]
            except NONSENSE as error:
                reason = f"Flink does not answer as it should ({type(error).__name__})"
                yield Look(check="flink", expected=expected, ok=False, reason=reason)
                return
        yield Look(check="flink", expected=expected, ok=True)
        yield from looks

    def _job(self, client: httpx.Client, job: dict[str, Any], now: datetime) -> Iterator[Look]:
        name, state, job_id = str(job["name"]), str(job["state"]), str(job["jid"])
        segment = (("job", name),)
        if state in ENDED_BY_SOMEBODY:
            reason = f"somebody ended it ({state.lower()})"
            yield Look(check="job-runs", expected="the job runs", ok=None, reason=reason, segment=segment)
            return
        counted = self._restarts(client, job_id, name, now)
        looping = counted is not None and counted >= LOOP_RESTARTS
        trace = _trace(client, job_id) if state in BROKEN or looping else ""
        evidence = _evidence(trace, job_id)
        began = datetime.fromtimestamp(int(job.get("last-modification", 0)) / 1000, UTC) if state in BROKEN else None
        yield Look(
            check="job-runs",
            expected="the job runs",
            ok=state not in BROKEN,
            reason=f"{state.lower()}: {sentence(trace)}" if state in BROKEN else "",
            segment=segment,
            evidence=evidence if state in BROKEN else (),
            since=began,
        )
        yield Look(
            check="job-restarts",
            expected=f"fewer than {LOOP_RESTARTS} restarts in {LOOP_SPAN.seconds // 60} minutes",
            ok=None if counted is None else not looping,
            reason=sentence(trace) if looping else "",
            segment=segment,
            evidence=evidence if looping else (),
            observed=counted,
            unit="restarts",
        )

    def _restarts(self, client: httpx.Client, job_id: str, name: str, now: datetime) -> int | None:
        """Restarts within the span as far as they were seen; None where Flink does not count them."""
        told = client.get(f"/jobs/{job_id}/metrics", params={"get": "numRestarts"}).raise_for_status().json()
        values = [entry.get("value") for entry in told if isinstance(entry, dict)] if isinstance(told, list) else []
        if not values or not str(values[0]).isdigit():
            return None
        current = Restarts(at=now, job=job_id, count=int(str(values[0])))
        kept = [one for one in self._seen.get(name, []) if one.job == job_id and now - one.at <= LOOP_SPAN]
        self._seen[name] = [*kept, current]
        return current.count - self._seen[name][0].count


def _newest(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name: dict[str, dict[str, Any]] = {}
    for job in sorted(jobs, key=lambda one: int(one.get("start-time", 0))):
        by_name[str(job["name"])] = job
    return list(by_name.values())[-JOBS_MAX:]


def _trace(client: httpx.Client, job_id: str) -> str:
    told = _ask(client, f"/jobs/{job_id}/exceptions?maxExceptions=1")
    entries = (told.get("exceptionHistory") or {}).get("entries") or []
    return str(entries[0].get("stacktrace", "")) if entries else str(told.get("root-exception") or "")


def _evidence(trace: str, job_id: str) -> tuple[Evidence, ...]:
    named = [Evidence(kind="exception", place=name) for name in classes(trace)]
    own = [Evidence(kind="code", place=place) for place in places(trace)]
    return (Evidence(kind="job", place=job_id), *named, *own)[:5] if trace else ()


def _ask(client: httpx.Client, path: str) -> dict[str, Any]:
    told = client.get(path).raise_for_status().json()
    if not isinstance(told, dict):
        raise TypeError("no JSON object")
    return told
