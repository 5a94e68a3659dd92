"""Values as JSON, and the JSON Schema of their types: what `caixun search --json` prints and what the API answers.

Field names are those of the frozen values; a test compares them with the published description, so none changes
without being noticed.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any

from db.values import FacetValue, Hit, SearchResult, Suggestion

Schema = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class SearchAnswer:
    """A page of results, one hit a story. `total` counts articles, `stories` counts them with reposts joined;
    `months` are [month, articles], oldest first; `next` is the cursor of the page after this one, null at the end."""

    query: str
    total: int
    stories: int
    results: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    months: tuple[tuple[str, int], ...]
    suggestions: tuple[Suggestion, ...]
    next: str | None


def search_answer(query: str, result: SearchResult) -> SearchAnswer:
    """The result of `query` in the form in which it is published."""
    return SearchAnswer(
        query=query,
        total=result.total,
        stories=result.stories,
        results=result.hits,
        facets=result.facets,
        months=result.months,
        suggestions=result.suggestions,
        next=result.next,
    )


_AS_IT_IS = frozenset({str, int, float, bool, type(None)})


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def as_json(value: Any) -> Any:
    """`value` made of what JSON has: dataclasses are objects, tuples arrays, days ISO 8601."""
    if type(value) in _AS_IT_IS:  # most of the two thousand values of a page of results
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: as_json(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(as_json(item) for item in value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return value


_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    Any: {},
}


def schema_of(kind: Any, components: dict[str, Schema]) -> Schema:
    """The JSON Schema of what `as_json` makes of a value of the type `kind`; dataclasses go into `components`."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind), components)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"enum": [one.value for one in kind]}
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [schema_of(one, components) for one in inner]}
    if origin is typing.Literal:
        return {"enum": list(inner)}
    if origin is tuple and inner[-1:] != (Ellipsis,):
        parts = [schema_of(one, components) for one in inner]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    if origin in (tuple, list, frozenset, set):
        return {"type": "array", "items": schema_of(inner[0], components)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1], components)}
    raise TypeError(f"no JSON form of {kind}")


def _object(kind: type, components: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if components.get(name, {}).get("x-from", kind.__module__) != kind.__module__:  # Report of people and of policies
        name = kind.__module__.rpartition(".")[2].title().replace("_", "") + name
    if name not in components:
        components[name] = {"x-from": kind.__module__}  # in place before its fields: a type may hold itself
        hints = _hints(kind)
        components[name] |= {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {field.name: schema_of(hints[field.name], components) for field in dataclasses.fields(kind)},
            "required": [field.name for field in dataclasses.fields(kind)],
            "additionalProperties": False,
        }
    return {"$ref": f"#/components/schemas/{name}"}


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
