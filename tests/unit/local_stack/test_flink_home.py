"""The FLINK_HOME of links: complete, renewed, and the installed package untouched."""

from pathlib import Path

import pytest
import yaml

from local_stack.flink_home import build


@pytest.fixture
def package(tmp_path: Path) -> Path:
    made = tmp_path / "pyflink"
    for name in ("bin/flink", "lib/flink-dist-2.jar", "opt/flink-python-2.jar", "opt/flink-sql-2.jar", "plugins/x"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name)
    (made / "conf").mkdir()
    (made / "conf" / "config.yaml").write_text("env:\n  java:\n    opts:\n      all: --add-opens=x\nparallelism: 1\n")
    return made


@pytest.fixture
def connectors(tmp_path: Path) -> Path:
    made = tmp_path / "connectors"
    made.mkdir()
    (made / "kafka-1.jar").write_text("kafka")
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_lib_holds_the_package_the_connectors_and_flinks_python(
    tmp_path: Path, package: Path, connectors: Path
) -> None:
    build(tmp_path / "home", package, connectors, {})
    assert names(tmp_path / "home" / "lib") == ["flink-dist-2.jar", "flink-python-2.jar", "kafka-1.jar"]


def test_a_new_release_of_a_connector_replaces_the_old_one(tmp_path: Path, package: Path, connectors: Path) -> None:
    build(tmp_path / "home", package, connectors, {})
    (connectors / "kafka-1.jar").rename(connectors / "kafka-2.jar")
    build(tmp_path / "home", package, connectors, {})
    assert "kafka-2.jar" in names(tmp_path / "home" / "lib")
    assert "kafka-1.jar" not in names(tmp_path / "home" / "lib")


def test_our_settings_stand_beside_the_packages_java_options(tmp_path: Path, package: Path, connectors: Path) -> None:
    build(tmp_path / "home", package, connectors, {"rest.port": "8081"})
    assert yaml.safe_load((tmp_path / "home" / "conf" / "config.yaml").read_text()) == {
        "env.java.opts.all": "--add-opens=x",
        "rest.port": "8081",
    }


def test_the_package_is_not_changed(tmp_path: Path, package: Path, connectors: Path) -> None:
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    build(tmp_path / "home", package, connectors, {})
    build(tmp_path / "home", package, connectors, {"rest.port": "1"})
    assert {path: path.read_bytes() for path in package.rglob("*") if path.is_file()} == before
