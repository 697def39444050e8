"""Lay out Flink within an image, as the local stack does: flink_home.py <folder of jars> <FLINK_HOME>."""  # noqa: INP001 - a script of the image

import sys
from pathlib import Path

from local_stack.flink import installed
from local_stack.flink_home import build
from local_stack.jars import Jars

jars, home = map(Path, sys.argv[1:])
build(home, installed(), Jars(folder=jars), {"parallelism.default": "1", "taskmanager.numberOfTaskSlots": "1"})
(home / "conf" / "config.yaml").chmod(0o644)  # it holds no key, and the image's account is not its owner
