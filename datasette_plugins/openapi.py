"""The description of the API, OpenAPI 3.1, made of the endpoints and the types of their answers."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from datasette_plugins.api_endpoints import ENDPOINTS, MOST_RESULTS, Endpoint
from datasette_plugins.language import Words
from datasette_plugins.query import ORDERS
from db import policies
from db.conditions import FACETS
from db.fact_search import KINDS
from db.serialise import Schema, schema_of

_TEXT: Schema = {"type": "string"}
_SCHEMAS: dict[str, Schema] = {
    "order": {"type": "string", "enum": list(ORDERS), "default": "newest"},
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS, "default": 20},
    "revision": {"type": "integer", "minimum": 1},
    "asof": {"type": "string", "format": "date"},
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "by": {"type": "string", "enum": ["day", "week"], "default": "week"},
    "step": {"type": "string", "enum": list(policies.STEPS)},
    "kind": {"type": "string", "enum": list(KINDS)},
}
_ERROR: Schema = {
    "type": "object",
    "properties": {
        "error": {"type": "string"},
        "where": {
            "anyOf": [
                {"type": "null"},
                {
                    "type": "object",
                    "properties": {
                        "parameter": {"type": "string"},
                        "position": {"type": "integer"},
                        "length": {"type": "integer"},
                    },
                    "required": ["parameter"],
                    "additionalProperties": False,
                },
            ]
        },
        "did_you_mean": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["error", "where", "did_you_mean"],
    "additionalProperties": False,
}
# /facts.json is the whole download of the facts page: an object a fact, with the fields of its kind beside these
_FACT: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"}, "kind": {"type": "string", "enum": list(KINDS)}, "subject": _TEXT, "period": _TEXT,
        "evidence": _TEXT, "start": {"type": "integer"}, "end": {"type": "integer"}, "rule": _TEXT,
        "flags": {"type": "array", "items": _TEXT}, "measure_normal": {"anyOf": [_TEXT, {"type": "null"}]},
        "doubts": {"type": "array", "items": {"type": "object"}}, "copies": {"type": "integer"}, "article": _TEXT,
        "article_title": _TEXT, "published": {"anyOf": [_TEXT, {"type": "null"}]}, "site": _TEXT, "story": _TEXT,
        "url": _TEXT,
    },
    "required": ["id", "kind", "subject", "period", "evidence", "article", "url", "copies", "doubts"],
}  # fmt: skip
_FACTS = ("kind", "measure", "place", "year", "text")


def description(t: Words, server: str) -> dict[str, Any]:
    """The OpenAPI document in the language of `t`."""
    components: dict[str, Schema] = {"Error": _ERROR, "FactLine": _FACT}
    paths = {endpoint.path: {"get": _operation(endpoint, t, components)} for endpoint in ENDPOINTS}
    paths["/facts.json"] = {"get": _facts(t)}
    plain = {name: {key: value for key, value in one.items() if key != "x-from"} for name, one in components.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": t("api.title"),
            "description": t("api.lead"),
            "version": version("caixun"),
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": plain},
    }


def _operation(endpoint: Endpoint, t: Words, components: dict[str, Schema]) -> dict[str, Any]:
    in_path = re.findall(r"\{(\w+)\}", endpoint.path)
    answers: dict[str, Any] = {
        "200": _answer(t("api.answer.200"), schema_of(endpoint.answer, components), tagged=True),
        "304": {"description": t("api.answer.304")},
        "400": _answer(t("api.answer.400"), {"$ref": "#/components/schemas/Error"}),
    }
    if in_path:
        answers["404"] = _answer(t("api.answer.404"), {"$ref": "#/components/schemas/Error"})
    if endpoint.name in ("article", "story"):
        answers["410"] = _answer(t("api.answer.410"), {"$ref": "#/components/schemas/Error"})
    return {
        "operationId": endpoint.name,
        "summary": t.label("apipath", endpoint.name),
        "parameters": [_in_path(name, t) for name in in_path] + [_in_query(name, t) for name in endpoint.parameters],
        "responses": answers,
    }


def _answer(text: str, schema: Schema, *, tagged: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"description": text, "content": {"application/json": {"schema": schema}}}
    if tagged:
        found["headers"] = {"ETag": {"schema": _TEXT}}
    return found


def _in_path(name: str, t: Words) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": t.label("apiname", name), "schema": _TEXT}


def _in_query(name: str, t: Words) -> dict[str, Any]:
    if name in FACETS and name not in _SCHEMAS:
        listed = {"type": "array", "items": _TEXT}
        text = t("api.facet", name=t.label("facet", name))
        return {"name": name, "in": "query", "description": text, "schema": listed, "style": "form", "explode": True}
    return {"name": name, "in": "query", "description": t.label("apiname", name), "schema": _SCHEMAS.get(name, _TEXT)}


def _facts(t: Words) -> dict[str, Any]:
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/FactLine"}}
    return {
        "operationId": "facts",
        "summary": t.label("apipath", "facts"),
        "parameters": [
            {"name": name, "in": "query", "description": t.label("apiname", name), "schema": _SCHEMAS.get(name, _TEXT)}
            for name in _FACTS
        ],
        "responses": {"200": _answer(t("api.answer.200"), listed)},
    }
