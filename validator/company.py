"""Two drivers that deploy one job at the same time: each looks right before and right after it submits."""

from sluice.terminal import Fault
from validator.flink_rest import Flink


def refuse_company(flink: Flink, group: str) -> None:
    """Fault where another driver has started the job since this one looked: nothing is submitted then."""
    if others := flink.living(group):
        raise Fault(
            f"job {others[0].id} of the name {group} was started meanwhile, by another driver; nothing was started here"
        )


def leave_to_company(flink: Flink, group: str, job_id: str, patience_seconds: float) -> None:
    """Two drivers that submit within the same seconds see each other here, and each ends its own job and says so."""
    if others := [job.id for job in flink.living(group) if job.id != job_id]:
        flink.cancel(job_id, patience_seconds)
        raise Fault(
            f"job {others[0]} of the name {group} was started at the same time, by another driver; this one ({job_id}) "
            "was cancelled, as the other may be; look which runs, and run again"
        )
