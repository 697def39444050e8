"""Frames as the released Confluent client writes them, and schema ids as its tests state them."""

import json
from pathlib import Path
from typing import Any

import pytest

from sluice.verdict.wire import SCHEMA_ID_HEADER, Payload, unframe

VECTORS = [json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text("utf-8").splitlines()]
FRAMES = [v for v in VECTORS if v["kind"] == "frame" and v["format"] in ("JSON", "AVRO") and v["field"] == "value"]
IDS = [v for v in VECTORS if v["kind"] == "schema-id" and not v.get("message_indexes")]


@pytest.mark.parametrize("frame", FRAMES, ids=[frame["id"] for frame in FRAMES])
@pytest.mark.parametrize("encoding", ["auto", "confluent"])
def test_a_frame_is_taken_off(frame: dict[str, Any], encoding: str) -> None:
    value = bytes.fromhex(frame["value_hex"])
    headers = {name: bytes.fromhex(text) for name, text in frame["headers"]}
    payload = unframe(value, headers.get(SCHEMA_ID_HEADER), encoding)
    assert isinstance(payload, Payload)
    assert payload.schema_id != ""
    assert payload.body == (value[5:] if frame["id_in"] == "prefix" else value)
    if frame["format"] == "JSON":
        assert json.loads(payload.body) == frame["datum"]


@pytest.mark.parametrize("vector", IDS, ids=[vector["id"] for vector in IDS])
def test_a_schema_id_is_read(vector: dict[str, Any]) -> None:
    payload = unframe(bytes.fromhex(vector["hex"]) + b"{}", None, "confluent")
    assert payload == Payload(body=b"{}", schema_id=str(vector.get("schema_id") or vector["guid"]))
