"""The images' definition says what is there: files, versions, locks, and an account that may little."""

import re
import tomllib
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.unit.deploy.containerfile import FILE, ROOT, STAGES

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
CRONJOB = (ROOT / "deploy" / "kubernetes" / "cronjob.yaml").read_text()
IMAGES = ("job", "flink")
COPIED = [
    (stage.name, source)
    for stage in STAGES.values()
    for origin, sources, _ in stage.copies()
    for source in sources
    if not origin
]


def locked(name: str) -> dict[str, str]:
    """Package -> version of a lock, with its markers away."""
    text = (ROOT / "locks" / f"{name}.txt").read_text()
    return {
        canonicalize_name(match[1]): match[2]
        for match in re.finditer(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    }


def asked(*extras: str) -> set[str]:
    project = PROJECT["project"]
    told = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    return {canonicalize_name(Requirement(each).name) for each in told}


@pytest.mark.parametrize(("stage", "source"), COPIED)
def test_what_is_copied_is_there_and_in_the_context(stage: str, source: str) -> None:
    assert (ROOT / source).exists(), stage
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert any(fnmatch(source, f"{each}*") for each in let_in)


def test_the_context_lets_in_nothing_that_is_not_copied() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    for each in (line[1:] for line in lines if line.startswith("!")):
        assert any(source.startswith(each) for _, source in COPIED), each


def test_stages_copy_from_stages_that_come_before() -> None:
    names = list(STAGES)
    for at, stage in enumerate(STAGES.values()):
        assert all(origin in names[:at] for origin, _, _ in stage.copies() if origin)
        assert ":" in stage.base or stage.base in names[:at]


def test_every_package_of_the_wheel_is_copied() -> None:
    packages = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages < {source for stage, source in COPIED if stage == "wheel"}


def test_base_images_are_named_by_version_and_python_is_one_that_we_run_on() -> None:
    for stage in STAGES.values():
        name, _, tag = stage.base.partition(":")
        assert stage.base in STAGES or re.match(r"\d", tag), stage.base
        if name == "python":
            assert tag.split("-")[0] in SpecifierSet(PROJECT["project"]["requires-python"])
    assert {stage.base.partition(":")[2].split("-")[0] for stage in STAGES.values() if stage.base[:6] == "python"} == {
        "3.11"
    }


def test_packages_come_by_hash_or_from_our_own_wheel_and_never_by_name() -> None:
    installs = [rest for stage in STAGES.values() for rest in stage.all("RUN") if "pip install" in rest]
    assert len(installs) == 5
    for each in installs:
        assert ("--require-hashes" in each and "-r /locks/" in each) or ("--no-deps --no-index /wheels/" in each)


@pytest.mark.parametrize(
    ("lock", "extras"), [("job", ("lake", "alerts", "postgres")), ("flink", ("flink", "lake"))], ids=["job", "flink"]
)
def test_a_lock_holds_what_the_image_needs_in_the_versions_that_are_tested(lock: str, extras: tuple[str, ...]) -> None:
    found, tested = locked(lock), locked("dev")
    assert asked(*extras) <= found.keys()
    assert found.items() <= tested.items()
    entries = re.split(r"\n(?=\S)", (ROOT / "locks" / f"{lock}.txt").read_text().strip())
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_the_account_of_the_manifests_in_their_folder(image: str) -> None:
    stage = STAGES[image]
    pods = [
        each["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        for each in yaml.safe_load_all(CRONJOB)
        if each and each["kind"] == "CronJob"
    ]
    (user,) = stage.all("USER")
    for pod in pods:
        assert user == f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
        assert stage.all("WORKDIR") == (pod["containers"][0]["workingDir"],)
    assert not stage.all("RUN"), "what runs here would run as root, and stay"


def test_manifests_and_the_words_on_top_name_this_version() -> None:
    version = PROJECT["project"]["version"]
    assert set(re.findall(r"image: (\S+)", CRONJOB)) == {f"sluice:{version}"}
    assert set(re.findall(r"-t (\S+)", FILE.read_text())) == {f"sluice:{version}", f"sluice-flink:{version}"}
