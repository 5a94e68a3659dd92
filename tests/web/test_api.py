"""The API: every path answers what its description says, pages by cursor, tags its answers, and explains its errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from datasette_plugins import app
from datasette_plugins.api_endpoints import ENDPOINTS
from datasette_plugins.language import Words
from datasette_plugins.openapi import description
from db import archive
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Article, Fact
from tests.web import archive_of, rich_archive

ROOT = Path(__file__).resolve().parent.parent.parent
PUBLISHED = ROOT / "docs" / "openapi" / "openapi.json"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """Ninety articles, one with more people than a page lists, a copy of it, and a policy."""
    made = rich_archive.make(tmp_path_factory.mktemp("api"), 90)
    names = [f"{first}{second}" for first in "王李张刘陈杨赵黄" for second in "建军伟芳娜敏静秀丽"]
    body = "。".join(f"{name}任青海省人才办主任第{number}任" for number, name in enumerate(names))
    facts = [_fact(body, name, "person", name=name, organisation="青海省人才办", role="主任") for name in names]
    facts.append(_fact(body, "人才办", "policy", title="青海省引才若干措施", action="印发", issuer="青海省人才办"))
    one = Article(title="历任主任", published="2026-01-05", paragraphs=(body,), relevant=True, facts=tuple(facts),
                  places=("青海省",), origin="青海日报")  # fmt: skip
    connection = open_writer(made.archive)
    with transaction(connection):
        for url in ("https://a.cn/people", "https://b.cn/people"):
            seen = archive.Seen(url, "qhnews", "2026-01-05T01:00:00+00:00", "2026-01-05")
            archive.record(connection, one, seen, url=url)
    connection.close()
    return made


def _fact(body: str, evidence: str, kind: str, **fields: Any) -> Fact:
    start = body.index(evidence)
    return Fact(kind, "青海省", "2026", evidence, start, start + len(evidence), "test", 1, fields)


@pytest.fixture(scope="module")
def site(directory: DataDirectory) -> Datasette:
    return app.build(directory.archive.parent, "http://localhost")


async def get(site: Datasette, path: str, **headers: str) -> tuple[int, Any, Mapping[str, str]]:
    response = await site.client.get(path, headers=headers)
    body = json.loads(response.text) if response.text else None
    return response.status_code, body, response.headers


_KINDS: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list,
    "object": dict,
}  # fmt: skip


def faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str = "$") -> Iterator[str]:
    """Where `value` is not what `schema` says: the part of JSON Schema that the description uses."""
    if reference := schema.get("$ref"):
        yield from faults(value, whole["components"]["schemas"][reference.rpartition("/")[2]], whole, at)
        return
    if choices := schema.get("anyOf"):
        if all(list(faults(value, one, whole, at)) for one in choices):
            yield f"{at}: {value!r:.60} is none of {choices}"
        return
    kind = schema.get("type")
    if kind and (not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind in ("integer", "number"))):
        yield f"{at}: {value!r:.60} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in {schema['enum']}"
    if kind == "array":
        parts = schema.get("prefixItems")
        if parts is not None and len(parts) != len(value):
            yield f"{at}: {len(value)} items, not {len(parts)}"
        for number, item in enumerate(value):
            yield from faults(item, parts[number] if parts else schema.get("items", {}), whole, f"{at}[{number}]")
    if kind == "object":
        yield from _of_object(value, schema, whole, at)


def _of_object(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
    more = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in known:
            yield from faults(item, known[name], whole, f"{at}.{name}")
        elif more is False:
            yield f"{at}: {name} is not described"
        elif isinstance(more, dict):
            yield from faults(item, more, whole, f"{at}.{name}")


async def addresses(site: Datasette) -> dict[str, str]:
    """A real address for every path, the parts in braces taken from other answers."""
    _, found, _ = await get(site, "/search.json?limit=100")
    _, policies, _ = await get(site, "/policies.json")
    _, people, _ = await get(site, "/people.json")
    article = found["results"][0]
    copied = next((one for one in found["results"] if one["copies"]), article)
    parts = {"article": article["id"], "story": copied["story"], "place": "西宁"}
    parts["policy"] = policies["results"][0]["id"]
    parts["person"] = people["results"][0]["name"]
    return {
        one.name: one.path.replace("{id}", quote(parts.get(one.name, ""))).replace(
            "{name}", quote(parts.get(one.name, ""))
        )
        for one in ENDPOINTS
    }


async def test_every_path_answers_what_its_description_says(site: Datasette) -> None:
    _, whole, _ = await get(site, "/openapi.json")
    real = await addresses(site)
    for endpoint in ENDPOINTS:
        status, body, headers = await get(site, real[endpoint.name])
        schema = whole["paths"][endpoint.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert status == 200, endpoint.path
        assert headers["content-type"].startswith("application/json")
        assert list(faults(body, schema, whole)) == [], endpoint.path


async def test_the_facts_download_is_described_too(site: Datasette) -> None:
    _, whole, _ = await get(site, "/openapi.json")
    status, body, _ = await get(site, "/facts.json?kind=figure")
    schema = whole["paths"]["/facts.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert (status, list(faults(body, schema, whole))) == (200, [])
    assert body


def test_the_check_itself_finds_what_is_wrong() -> None:
    whole = {"components": {"schemas": {"A": {"type": "object", "properties": {"a": {"type": "integer"}},
                                              "required": ["a"], "additionalProperties": False}}}}  # fmt: skip
    reference = {"$ref": "#/components/schemas/A"}
    assert list(faults({"a": 1}, reference, whole)) == []
    assert [len(list(faults(value, reference, whole))) for value in ({}, {"a": "1"}, {"a": 1, "b": 2}, None)] == [1] * 4


def test_what_was_published_is_still_there() -> None:
    """Fields may be added; none that a client may read goes or changes its type, and no path or parameter goes."""
    now, then = description(Words("en"), "http://localhost"), json.loads(PUBLISHED.read_text("utf-8"))
    for path, known in then["paths"].items():
        here = now["paths"][path]["get"]
        assert {one["name"] for one in known["get"]["parameters"]} <= {one["name"] for one in here["parameters"]}, path
    for name, schema in then["components"]["schemas"].items():
        for field, kind in schema["properties"].items():
            assert now["components"]["schemas"][name]["properties"].get(field) == kind, f"{name}.{field}"


async def test_pages_by_cursor_give_every_story_once(site: Datasette, directory: DataDirectory) -> None:
    for order in ("newest", "oldest", "relevance"):
        seen: list[str] = []
        cursor = ""
        while True:
            path = f"/search.json?q=%E4%BA%BA%E6%89%8D&limit=7&order={order}&cursor={cursor}"
            _, body, _ = await get(site, path)
            seen += [one["story"] for one in body["results"]]
            cursor = body["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == body["stories"] > 20


async def test_lists_page_by_cursor_too(site: Datasette) -> None:
    _, first, _ = await get(site, "/people.json")
    names = [one["name"] for one in first["results"]]
    cursor = first["next"]
    while cursor:
        _, more, _ = await get(site, f"/people.json?cursor={cursor}")
        names += [one["name"] for one in more["results"]]
        cursor = more["next"]
    assert len(names) == first["total"]


async def test_an_answer_that_is_known_is_not_sent_again_until_the_archive_changes(tmp_path: Path) -> None:
    data = archive_of.make(tmp_path, 3)
    site = app.build(tmp_path, "http://localhost")
    for path in ("/search.json?q=%E5%BC%95%E6%89%8D", "/places.json", "/openapi.json", "/home.json"):
        _, _, headers = await get(site, path)
        tag = headers["etag"]
        again = await site.client.get(path, headers={"If-None-Match": f'"x", {tag}'})
        assert (again.status_code, again.text, again.headers["etag"]) == (304, "", tag)
    _, _, before = await get(site, "/search.json")
    connection = open_writer(data.archive)
    with transaction(connection):
        seen = archive.Seen("https://new.cn/1", "qhnews", "2026-03-09T01:00:00+00:00", "2026-03-09")
        archive.record(connection, archive_of.article(9, "新来的引才文章"), seen, url="https://new.cn/1")
    connection.close()
    status, body, after = await get(site, "/search.json", **{"If-None-Match": before["etag"]})
    assert (status, body["total"]) == (200, 4)
    assert after["etag"] != before["etag"]


@pytest.mark.parametrize(
    ("path", "status", "where", "meant"),
    [
        ("/search.json?q=%E2%80%9C%E5%BC%95%E6%89%8D", 400, {"parameter": "q", "position": 0, "length": 1}, "引才"),
        ("/search.json?ordr=oldest", 400, {"parameter": "ordr"}, "order"),
        ("/search.json?order=newst", 400, {"parameter": "order"}, "newest"),
        ("/search.json?limit=0", 400, {"parameter": "limit"}, None),
        ("/search.json?limit=x", 400, {"parameter": "limit"}, None),
        ("/search.json?asof=yesterday", 400, {"parameter": "asof"}, None),
        ("/search.json?cursor=nonsense", 400, {"parameter": "cursor"}, None),
        ("/people.json?cursor=%FF", 400, {"parameter": "cursor"}, None),
        ("/coverage.json?by=year", 400, {"parameter": "by"}, None),
        ("/policies.json?step=%E5%8D%B0", 400, {"parameter": "step"}, "印发"),
        ("/article/nothing.json", 404, {"parameter": "id"}, None),
        ("/story/nothing.json", 404, {"parameter": "id"}, None),
        ("/policy/nothing.json", 404, {"parameter": "id"}, None),
        ("/person/nobody.json", 404, {"parameter": "name"}, None),
        ("/place/%E7%81%AB%E6%98%9F.json", 404, {"parameter": "name"}, None),
    ],
)
async def test_an_error_says_what_where_and_what_was_meant(
    site: Datasette, path: str, status: int, where: dict[str, Any], meant: str | None
) -> None:
    _, whole, _ = await get(site, "/openapi.json")
    found, body, _ = await get(site, path)
    assert (found, body["where"], body["did_you_mean"]) == (status, where, meant)
    assert list(faults(body, {"$ref": "#/components/schemas/Error"}, whole)) == []
    _, english, _ = await get(site, path + ("&" if "?" in path else "?") + "lang=en")
    assert english["error"] != body["error"]


async def test_where_only_excerpts_are_shown_no_text_comes_out(directory: DataDirectory) -> None:
    site = app.build(directory.archive.parent, "http://localhost", show_full_text=False)
    connection = open_reader(directory.archive)
    rows = connection.execute("select a.id, t.body from articles a join article_text t using (revision)").fetchall()
    for identity, text in rows[:10]:
        _, body, _ = await get(site, f"/article/{identity}.json")
        assert (body["full_text"], body["article"]["paragraphs"]) == (False, [])
        longest = max(text.split("\n"), key=len)
        assert len(longest) < 160 or longest not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_for_people_names_every_path(site: Datasette, language: str) -> None:
    response = await site.client.get(f"/api?lang={language}")
    assert response.status_code == 200
    assert all(one.path in response.text for one in ENDPOINTS)
    assert all(Words(language).label("apipath", one.name) in response.text for one in ENDPOINTS)
