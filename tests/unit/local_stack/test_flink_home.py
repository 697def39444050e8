"""The FLINK_HOME of links: complete, renewed, and the installed package untouched."""

from pathlib import Path

import pytest
import yaml

from local_stack.flink_home import build
from local_stack.jars import Jars


@pytest.fixture
def package(tmp_path: Path) -> Path:
    made = tmp_path / "pyflink"
    for name in (
        "bin/flink",
        "lib/flink-dist-2.jar",
        "opt/flink-python-2.jar",
        "opt/flink-sql-2.jar",
        "plugins/x/x.jar",
    ):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name)
    (made / "conf").mkdir()
    (made / "conf" / "config.yaml").write_text("env:\n  java:\n    opts:\n      all: --add-opens=x\nparallelism: 1\n")
    return made


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    made = tmp_path / "jars"
    for name in ("flink/kafka-1.jar", "flink-s3/s3-1.jar"):
        (made / name).parent.mkdir(parents=True)
        (made / name).write_text(name)
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_lib_holds_the_package_the_connectors_and_flinks_python(tmp_path: Path, package: Path, jars: Path) -> None:
    build(tmp_path / "home", package, Jars(folder=jars), {})
    assert names(tmp_path / "home" / "lib") == ["flink-dist-2.jar", "flink-python-2.jar", "kafka-1.jar"]


def test_a_new_release_of_a_connector_replaces_the_old_one(tmp_path: Path, package: Path, jars: Path) -> None:
    build(tmp_path / "home", package, Jars(folder=jars), {})
    (jars / "flink" / "kafka-1.jar").rename(jars / "flink" / "kafka-2.jar")
    build(tmp_path / "home", package, Jars(folder=jars), {})
    assert "kafka-2.jar" in names(tmp_path / "home" / "lib")
    assert "kafka-1.jar" not in names(tmp_path / "home" / "lib")


def test_the_s3_jar_is_a_plugin_beside_those_of_the_package(tmp_path: Path, package: Path, jars: Path) -> None:
    build(tmp_path / "home", package, Jars(folder=jars), {})
    plugins = tmp_path / "home" / "plugins"
    assert names(plugins) == ["s3", "x"]
    assert names(plugins / "s3") == ["s3-1.jar"]


def test_a_home_whose_plugins_were_one_link_becomes_a_folder_and_the_package_stays(
    tmp_path: Path, package: Path, jars: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "plugins").symlink_to(package / "plugins")
    (package / "plugins" / "y").mkdir()
    build(tmp_path / "home", package, Jars(folder=jars), {})
    assert names(tmp_path / "home" / "plugins") == ["s3", "x", "y"]
    assert names(package / "plugins") == ["x", "y"]


def test_the_configuration_may_hold_keys_so_only_its_owner_reads_it(tmp_path: Path, package: Path, jars: Path) -> None:
    build(tmp_path / "home", package, Jars(folder=jars), {"s3.secret-key": "hush"})
    assert (tmp_path / "home" / "conf" / "config.yaml").stat().st_mode & 0o777 == 0o600


def test_our_settings_stand_beside_the_packages_java_options(tmp_path: Path, package: Path, jars: Path) -> None:
    build(tmp_path / "home", package, Jars(folder=jars), {"rest.port": "8081"})
    assert yaml.safe_load((tmp_path / "home" / "conf" / "config.yaml").read_text()) == {
        "env.java.opts.all": "--add-opens=x",
        "rest.port": "8081",
    }


def test_the_package_is_not_changed(tmp_path: Path, package: Path, jars: Path) -> None:
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    build(tmp_path / "home", package, Jars(folder=jars), {})
    build(tmp_path / "home", package, Jars(folder=jars), {"rest.port": "1"})
    assert {path: path.read_bytes() for path in package.rglob("*") if path.is_file()} == before
