"""The links of a policy's and a person's page find their articles, whatever marks the name is printed with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette

from datasette_plugins import app
from datasette_plugins.query import naming
from db import archive, policies
from db.archive import Seen
from db.connection import open_writer, transaction
from parsers.values import Fact
from tests.web import archive_of

POLICY = "青海省“昆仑英才”行动计划（2024—2026年）"
PERSON = "OR"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path: Path = tmp_path_factory.mktemp("names")
    directory = archive_of.make(path, 2)
    one = archive_of.article(5, "座谈会举行")
    facts = (
        Fact("policy", "青海省", "2026", one.body[:10], 0, 10, "policy", 1, {"title": POLICY, "action": "印发"}),
        Fact("person", "青海省", "2026", one.body[:10], 0, 10, "person", 1, {"name": PERSON, "role": "主任"}),
        Fact("person", "青海省", "2026", one.body[:10], 0, 10, "person", 1, {"name": "王\u3000伟", "role": "主任"}),
    )
    writer = open_writer(directory.archive)
    url = "https://a.example/named"
    with transaction(writer):
        seen = Seen(url, "qhnews", "2026-03-09T01:00:00+00:00", "2026-03-09")
        archive.record(writer, replace(one, facts=facts, repairs=(), flags=()), seen, url=url)
    writer.close()
    return app.build(path, "http://localhost")


@pytest.mark.parametrize("path", [f"/policy/{policies.identity(POLICY)}", f"/person/{PERSON}"])
async def test_the_links_of_a_name_find_its_article(site: Datasette, path: str) -> None:
    page = BeautifulSoup((await site.client.get(path)).text, "html.parser")
    (link,) = (str(one["href"]) for one in page.select(".verbs a[href^='/search?q=']"))
    found = (await site.client.get("/search.json", params={"q": parse_qs(urlsplit(link).query)["q"][0]})).json()
    assert (found.get("total"), found["results"][0]["title"]) == (1, "座谈会举行")
    (subscribe,) = (str(one["href"]) for one in page.select(".verbs a[href^='/subscribe?q=']"))
    assert (await site.client.get(subscribe)).status_code == 200


def test_a_name_without_marks_is_one_phrase() -> None:
    assert naming("引才办法", "policy") == 'policy:"引才办法"'
    assert naming("”“", "policy") == ""


async def test_a_name_with_a_wide_space_has_its_json(site: Datasette) -> None:
    page, answer = [await site.client.get(f"/person/王\u3000伟{form}") for form in ("", ".json")]
    assert (page.status_code, answer.status_code, answer.json().get("name")) == (200, 200, "王\u3000伟")
