"""Of two drivers that deploy one job, the later one starts nothing, and two at once leave no two jobs."""

import httpx
import pytest

from sluice.terminal import Fault
from validator.company import leave_to_company, refuse_company
from validator.flink_rest import Flink

GROUP = "sluice.eu"


class Cluster:
    """Jobs by id with their names, as a JobManager tells them; a cancelled one is gone at once."""

    def __init__(self, **jobs: str) -> None:
        self.jobs = dict(jobs)
        self.cancelled: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/jobs/overview":
            listed = [{"jid": job, "name": name, "state": self._state(job)} for job, name in self.jobs.items()]
            return httpx.Response(200, json={"jobs": listed})
        job = path.split("/")[2]
        if request.method == "PATCH":
            self.cancelled.append(job)
        if path.endswith("/config"):
            return httpx.Response(200, json={})
        return httpx.Response(200, json={"name": self.jobs[job], "state": self._state(job)})

    def _state(self, job: str) -> str:
        return "CANCELED" if job in self.cancelled else "RUNNING"


def flink(cluster: Cluster) -> Flink:
    return Flink("http://flink", transport=httpx.MockTransport(cluster))


def test_nothing_is_submitted_beside_a_job_that_came_meanwhile() -> None:
    refuse_company(flink(Cluster(a="sluice.us")), GROUP)
    with pytest.raises(Fault, match=r"job b of the name sluice\.eu was started meanwhile"):
        refuse_company(flink(Cluster(a="sluice.us", b=GROUP)), GROUP)


def test_a_job_that_finds_another_of_its_name_is_ended() -> None:
    alone = Cluster(a=GROUP, b="sluice.us")
    leave_to_company(flink(alone), GROUP, "a", 5)
    assert alone.cancelled == []
    two = Cluster(a=GROUP, b=GROUP)
    with pytest.raises(Fault, match=r"job b of the name sluice\.eu was started at the same time"):
        leave_to_company(flink(two), GROUP, "a", 5)
    assert two.cancelled == ["a"]
