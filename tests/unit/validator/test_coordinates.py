"""What the outputs say of raw partitions, compared with those that there are."""

from sluice.ledger.balance import Partition
from sluice.ledger.runs import Run
from validator.coordinates import Outputs, from_nowhere


def test_coordinates_of_a_partition_that_is_not_there_are_unexpected_and_never_left_out() -> None:
    known, stray = Partition(topic="orders.raw", number=0), Partition(topic="orders.raw", number=7)
    outputs = Outputs()
    outputs.offsets[known].extend([0, 1])
    outputs.offsets[stray].extend([5, 3, 4])
    assert not outputs.offsets[Partition(topic="orders.raw", number=8)]  # only looked at: nothing came out of it
    (found,) = from_nowhere(outputs, {known})
    assert (found.partition, found.unexpected, found.seen) == (stray, (Run(3, 5),), ())
    assert not found.holds
