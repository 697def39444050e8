"""From the text of a subject to a gate: the registry alone is enough to enforce."""

from collections.abc import Mapping
from typing import Any

import orjson

from sluice.verdict.accept import acceptor
from sluice.verdict.annotation import Annotation, NotAContract, annotation_of
from sluice.verdict.engine import Engine, engine_for
from sluice.verdict.explain import explainer
from sluice.verdict.gate import Gate, Topics
from sluice.verdict.map_keys import with_map_keys
from sluice.verdict.model import ContractVersion
from sluice.verdict.places import tokens_of
from sluice.verdict.rules import compile_rules


def load_gate(schema_text: str, subject: str) -> Gate:
    """Compile the latest text of ``<raw>-contract``; NotAContract names the subject and says why it is none."""
    try:
        schema = _decoded(schema_text)
        annotation = annotation_of(schema)
        engine = engine_for(schema)
        rules = compile_rules(annotation, schema)
        key_engine = _key_engine(annotation, schema)
        explaining = with_map_keys(engine, schema)
    except NotAContract as why:
        raise NotAContract(f"subject {subject}: {why}") from None
    return Gate(
        contract=ContractVersion(id=annotation.contract, version=annotation.version),
        topics=Topics(raw=annotation.raw, validated=annotation.validated, dead_letter=annotation.dead_letter),
        annotation=annotation,
        accepts=acceptor(annotation, schema, engine, rules),
        engine=explaining,
        key_engine=key_engine,
        explainer=explainer(
            classified=annotation.classified,
            observed=annotation.observed,
            shows_values=True,
            unknown_observed=annotation.unknown_fields == "warn",
        ),
        rules=rules,
        encoding=annotation.encoding,
    )


def foreign_gate(
    schema_text: str, *, contract: ContractVersion, topics: Topics, references: Mapping[str, Any] | None = None
) -> Gate:
    """A gate for another team's subject, taken as it is, in any draft: framing is told by itself, tombstones pass.

    No value of a record is ever shown: nobody has said there what is classified.
    """
    schema = _decoded(schema_text)
    engine = engine_for(schema, references)
    explaining = with_map_keys(engine, schema)
    return Gate(
        contract=contract,
        topics=topics,
        annotation=None,
        accepts=acceptor(None, schema, engine, ()),
        engine=explaining,
        key_engine=None,
        explainer=explainer(classified=(), observed=(), shows_values=False, unknown_observed=False),
        rules=(),
        encoding="auto",
    )


def _decoded(schema_text: str) -> Any:
    try:
        return orjson.loads(schema_text)
    except orjson.JSONDecodeError as wrong:
        raise NotAContract(f"the text is no JSON: {wrong}") from None


def _key_engine(annotation: Annotation, schema: dict[str, Any]) -> Engine | None:
    """The declared primary key as a schema of its own: what a delete's key must identify."""
    if annotation.source != "cdc" or not annotation.primary_key:
        return None
    declared = schema.get("properties", {})
    properties: dict[str, Any] = {}
    for pointer in annotation.primary_key:
        name, *_ = (*tokens_of(pointer), "")
        if not pointer or name not in declared:
            raise NotAContract(f"the primary key names {pointer or 'the whole record'}, which is no declared field")
        properties[name] = declared[name]
    head = {"$schema": schema["$schema"]} if "$schema" in schema else {}
    return engine_for({**head, "type": "object", "properties": properties, "required": list(properties)})
