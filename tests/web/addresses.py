"""Addresses of every page of the product, in one place: the browser looks at `PAGES`; `test_routes` keeps it whole."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from datasette_plugins.app import build
from datasette_plugins.query import SearchQuery
from datasette_plugins.saved import Saved, signed
from db import policies
from db.connection import open_reader
from db.site import Site

PAGES = (
    "/",
    "/search",
    "/search?q=人才",
    "/search?q=人才&place=青海省&chart=share&order=relevance",
    "/search?q=没有这样的词",
    "/search?q=人才 (引才",
    "/search?q=人才&asof=2026-11-01",
    "/search/facet/place?q=人才",
    "/saved/{saved}",
    "/places",
    "/place/西宁市",
    "/place/西藏自治区",
    "/coverage",
    "/coverage?by=day",
    "/editions",
    "/article/{article}",
    "/article/{article}/revision/1",
    "/story/{story}",
    "/compare?a={article}&b={copy}",
    "/people",
    "/person/{person}",
    "/policies",
    "/policy/{policy}",
    "/brief",
    "/brief?from=2026-01-01&to=2026-12-31&q=人才&number=第1期&office=编辑部",
    "/brief?from=2026-12-31&to=2026-01-01",
    "/brief/drafts",
    "/cite?article={article}",
    "/cite/search?q=人才",
    "/facts",
    "/facts?kind=figure&measure=签约人才项目",
    "/facts/meetings",
    "/facts/promises",
    "/facts/phrases",
    "/facts/posts",
    "/facts/policies",
    "/sources",
    "/source/qhnews",
    "/sources/new",
    "/subscribe?q=人才",
    "/subscribe/manage",
    "/why",
    "/review",
    "/takedown",
    "/bundle",
    "/login",
    "/data",
    "/download",
    "/download?what=articles&q=人才&place=青海省&asof=2026-11-01",
    "/download?what=coverage",
    "/api",
    "/about",
    "/nothing-here",
    "/-/tables",
    "/archive",
    "/archive/articles",
    "/archive?sql=select+title+from+articles+limit+3",
)
# No pages: files, addresses that send on or take a form, closed doors; and pages that only a state of their own has,
# which their own tests look at.
NO_PAGES = (
    "/archive/article_index",
    "/search.csv",
    "/search.atom",
    "/search.rss",
    "/facts.csv",
    "/download/articles.csv",
    "/download/files/caixun-articles-1-00000000000000000000.csv",
    "/download/prepare",
    "/download/prepared/00000000000000000000",
    "/facts.xlsx",
    "/-/caixun/caixun.css",
    "/robots.txt",
    "/brief.docx",
    "/brief/draft/AbCdEfGhIjKl",
    "/brief/draft/AbCdEfGhIjKl.docx",
    "/b/AbCdEfGhIjKlMnOpQrStUv",
    "/save",
    "/logout",
    "/review/cases.jsonl",
    "/sources/run",
    "/metrics",
    "/source/qhnews/visit/1",
    "/-/metadata",
    "/sources/requests/1",
    "/subscribe/confirm/token",
    "/subscribe/stop/token",
    "/subscribe/manage/token",
    "/why/token",
    "/subscribe/manage/token/change/1",
    "/subscribe/manage/token/export.json",
    "/subscribe/manage/token/delete",
    "/m/AbCdEfGhIjKlMnOpQrStUv",
    "/article/x/compare/1/2",
    "/inbox",
    "/inbox/1",
    "/bundle/files/caixun-bundle-1-0123456789ab.zip",
    "/edition",
    "/edition/2026-11-21",
    "/edition/2026-11-21/archive.db",
)


def samples(directory: Path) -> dict[str, str]:
    """What stands in the braces of `PAGES`: an article that was copied, its copy, their story, a person, a policy."""
    connection = open_reader(directory / "archive.db")
    row = connection.execute(
        "select story, min(id) as article, max(id) as copy from articles where recorded_to is null"
        " group by story having count(*) = 2 order by story limit 1"
    ).fetchone()
    titles = {
        kind: connection.execute("select title from facts where kind = ? order by id limit 1", [kind]).fetchone()[0]
        for kind in ("person", "policy")
    }
    connection.close()
    site = Site(directory)
    return {
        **{name: row[name] for name in ("story", "article", "copy")},
        "person": quote(titles["person"]),
        "policy": policies.identity(titles["policy"]),
        "saved": signed(site, Saved(SearchQuery("人才"), "2026-01-01", 1)),
    }


def routes(directory: Path) -> list[str]:
    """The patterns of all routes that our plugins register."""
    from datasette.plugins import pm
    from datasette.utils import call_with_supported_arguments

    datasette = build(directory, "http://caixun.example")
    found = []
    for plugin in pm.get_plugins():
        if str(pm.get_name(plugin)).startswith("caixun_") and hasattr(plugin, "register_routes"):
            found += [one[0] for one in call_with_supported_arguments(plugin.register_routes, datasette=datasette)]
    return found
