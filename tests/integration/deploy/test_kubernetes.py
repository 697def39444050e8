"""The manifests against the schemas of the Kubernetes that they are for, unknown fields refused."""

import subprocess

import pytest

from tests.integration.deploy.environment import ROOT, environment

pytestmark = pytest.mark.integration

VALIDATOR = "kubernetes-validate==1.37.0"
MANIFEST = ROOT / "deploy" / "kubernetes" / "cronjob.yaml"


def validated(text: str, folder: "pytest.TempPathFactory", version: str) -> subprocess.CompletedProcess[str]:
    path = folder.mktemp("manifests") / "given.yaml"
    path.write_text(text)
    command = [str(environment("kubernetes", VALIDATOR) / "kubernetes-validate"), "--strict", "-k", version, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_kubernetes_takes_the_manifests(version: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    done = validated(MANIFEST.read_text(), tmp_path_factory, version)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_field_that_kubernetes_does_not_have_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    wrong = MANIFEST.read_text().replace("concurrencyPolicy:", "concurencyPolicy:")
    done = validated(wrong, tmp_path_factory, "1.37")
    assert done.returncode != 0
    assert "concurencyPolicy" in done.stdout + done.stderr
