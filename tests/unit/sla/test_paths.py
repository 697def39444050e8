"""Each object has folders of its own, whatever it is called."""

import pytest

from sla.paths import Folders, landed

NAMES = ("a", "A", "b_c", "b-c", "b.c", "b/c", "b%2Fc", "a b", "a+b", ".", "..", "...", "%2E", "é")


def test_no_two_objects_share_a_folder_and_none_is_inside_another() -> None:
    all_of_them = [Folders(contract=contract, object=name) for contract in ("a", "a_b", "a.b", "a-b") for name in NAMES]
    for folder in ("staged", "state"):
        found = [getattr(each, folder) for each in all_of_them]
        assert not [(one, other) for one in found for other in found if one is not other and other.startswith(one)]


@pytest.mark.parametrize("name", [".", "..", "a/../b"])
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    assert {".", ".."}.isdisjoint(Folders(contract="a", object=name).state.split("/"))


@pytest.mark.parametrize("partition", ["%C2%B2", "", "-1", "x", "1e3"])
def test_a_path_whose_partition_is_no_number_is_none_of_the_landing_job(partition: str) -> None:
    assert landed(f"bronze/tp=orders/dt=2026-03-01/hr=12/kp={partition}/part-0") is None
