"""References by golden strings, and read back by programs of other people (bibtexparser, rispy) and CSL's own terms."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import bibtexparser
import pytest
import rispy

from datasette_plugins.app import build
from db import archive, citations
from db.archive import Seen
from db.citations import Edition, Work, page_number
from db.connection import open_writer, transaction
from db.editions.publishing import Order, publish
from db.paths import DataDirectory
from tests.web import archive_of

_BASE = "http://caixun.example"
_URL = "https://paper.example.cn/html/xnwb/2025-03/18/003/content_1.html"
PAPER = Work(
    key="caixun-00c1", title="“校园引才”启动", url=_URL, accessed="2026-11-21", authors=("王小明",),
    container="西宁晚报", published="2025-03-18T08:55:11+08:00", page="3",
)  # fmt: skip
PAGE = replace(PAPER, container="青海新闻网", page="", url="https://news.example.cn/1.html")
EDITION = Edition(
    id="2026-11-01",
    date="2026-11-01",
    title="才讯：人才工作新闻档案",
    sha256="ab" * 32,
    url=f"{_BASE}/edition/2026-11-01",
)
WORKS = {
    "page of a newspaper": PAPER,
    "lettered page": replace(PAPER, page="A03"),
    "web page": PAGE,
    "four authors": replace(PAGE, authors=("王小明", "李红", "张强", "赵敏")),
    "four Latin authors": replace(PAGE, authors=("Ann Lee", "J. O’Hara", "Émile Roux", "Bo Li")),
    "Latin name": replace(PAPER, authors=("John Smith", "李红")),
    "no author": replace(PAPER, authors=()),
    "no author, no site": replace(PAGE, authors=(), container=""),
    "no date": replace(PAPER, published=None),
    "month": replace(PAGE, published="2025-03"),
    "brackets": replace(PAGE, title="关于《引才[2025]3号》{试行}的通知（全文）"),
    "TeX": replace(PAGE, title=r"50% & #1 A_B ~x^2 C:\tmp $5 “引才”"),
    "quotes and commas": replace(PAPER, title='He said "引才", and = @x{y}', subtitle="——第1场, 第2场"),
    "bare brace": replace(PAGE, title="引才} 与 {用才"),
    "edition": EDITION.work("2026-11-21"),
}
GOLDEN = {
    "page of a newspaper": f"王小明. “校园引才”启动[N/OL]. 西宁晚报, 2025-03-18(3)[2026-11-21]. {_URL}.",
    "lettered page": f"王小明. “校园引才”启动[N/OL]. 西宁晚报, 2025-03-18(A03)[2026-11-21]. {_URL}.",
    "web page": "王小明. “校园引才”启动[EB/OL]. (2025-03-18)[2026-11-21]. https://news.example.cn/1.html.",
    "four authors": "王小明, 李红, 张强, 等. “校园引才”启动[EB/OL]. (2025-03-18)[2026-11-21]."
    " https://news.example.cn/1.html.",
    "four Latin authors": "Ann Lee, J. O’Hara, Émile Roux, et al. “校园引才”启动[EB/OL]. (2025-03-18)[2026-11-21]."
    " https://news.example.cn/1.html.",
    "Latin name": f"John Smith, 李红. “校园引才”启动[N/OL]. 西宁晚报, 2025-03-18(3)[2026-11-21]. {_URL}.",
    "no author": f"“校园引才”启动[N/OL]. 西宁晚报, 2025-03-18(3)[2026-11-21]. {_URL}.",
    "no author, no site": "“校园引才”启动[EB/OL]. (2025-03-18)[2026-11-21]. https://news.example.cn/1.html.",
    "no date": f"王小明. “校园引才”启动[N/OL]. 西宁晚报[2026-11-21]. {_URL}.",
    "month": "王小明. “校园引才”启动[EB/OL]. (2025-03)[2026-11-21]. https://news.example.cn/1.html.",
    "brackets": "王小明. 关于《引才[2025]3号》{试行}的通知（全文）[EB/OL]. (2025-03-18)[2026-11-21]."
    " https://news.example.cn/1.html.",
    "edition": f"才讯. 才讯：人才工作新闻档案[DS/OL]. (2026-11-01)[2026-11-21]. {_BASE}/edition/2026-11-01.",
}
# The variables of csl-data.json that we use, with the types that the schema gives them.
_CSL = {
    "id": str, "type": str, "title": str, "author": list, "container-title": str, "page": str, "version": str,
    "issued": dict, "accessed": dict, "URL": str, "language": str, "note": str,
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_the_national_standard(name: str) -> None:
    assert citations.gb7714(WORKS[name]) == GOLDEN[name]


def test_an_edition_is_data_with_its_version_and_its_hash() -> None:
    assert citations.bibtex(WORKS["edition"]) == (
        "@misc{caixun-edition-2026-11-01,\n"
        "  author       = {{才讯}},\n"
        "  title        = {{才讯：人才工作新闻档案}},\n"
        "  howpublished = {才讯},\n"
        "  date         = {2026-11-01},\n"
        "  year         = {2026},\n"
        "  month        = {nov},\n"
        "  version      = {2026-11-01},\n"
        "  url          = {http://caixun.example/edition/2026-11-01},\n"
        "  urldate      = {2026-11-21},\n"
        "  langid       = {chinese},\n"
        f"  note         = {{SHA-256：{'ab' * 32}}}\n"
        "}\n"
    )


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_bibtex_reader_reads_every_field_back(work: Work) -> None:
    (entry,) = bibtexparser.loads(citations.bibtex(work)).entries
    assert (entry["ID"], entry["url"], entry["urldate"]) == (work.key, work.url, work.accessed)
    assert entry["ENTRYTYPE"] == ("article" if work.newspaper else "misc")
    assert _from_tex(entry["title"]).startswith(work.title)
    assert entry.get("year", "") == work.day[:4] and entry.get("pages", "") == work.page
    written = work.authors or ((work.container,) if work.dataset else ())
    assert [_from_tex(one) for one in entry.get("author", "").split(" and ") if one] == list(written)


def _from_tex(text: str) -> str:
    """What TeX prints of a field in braces."""
    plain = text.removeprefix("{").removesuffix("}")
    for name, character in (("textbackslash", "\\"), ("textasciitilde", "~"), ("textasciicircum", "^")):
        plain = plain.replace(f"\\{name}{{}}", "\0" + character)
    return re.sub(r"\\([&%$#_{}])", r"\1", plain).replace("\0", "")


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_ris_reader_reads_every_field_back(work: Work) -> None:
    (entry,) = rispy.loads(citations.ris(work).replace("\r\n", "\n"))
    assert entry["type_of_reference"] == ("DATA" if work.dataset else "NEWS" if work.newspaper else "ELEC")
    assert entry["title"].startswith(work.title) and entry["urls"] == [work.url]
    assert entry.get("authors", []) == list(work.authors or (("才讯",) if work.dataset else ()))
    assert entry.get("year", "") == work.day[:4] and entry.get("start_page", "") == work.page
    assert entry.get("secondary_title", "") == work.container


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_csl_json_has_only_variables_of_its_schema_with_their_types(work: Work) -> None:
    (item,) = json.loads(citations.csl_json(work))
    assert all(isinstance(value, _CSL[name]) for name, value in item.items())
    assert item["type"] in ("article-newspaper", "webpage", "dataset")
    for name in ("issued", "accessed"):
        ((*parts,),) = item.get(name, {"date-parts": [[2000]]})["date-parts"]
        assert 1 <= len(parts) <= 3 and all(isinstance(part, int) for part in parts)
    assert all(set(author) == {"literal"} for author in item.get("author", []))


@pytest.mark.parametrize(
    ("url", "printed", "expected"),
    [
        ("http://e.cn/html/cqrb/2025-03/18/003/content_1.html", "", "3"),
        ("http://e.cn/html/20250318/A03/2.html", "", "A03"),
        ("http://e.cn/html/2025-03/18/content_1.html", "", ""),
        ("http://e.cn/layout/202503/18/content_1.html", "", ""),
        ("http://e.cn/1.html", "西宁晚报 第03版", "3"),
        ("http://e.cn/1.html", "A12版：要闻", "A12"),
        ("http://e.cn/1.html", "2025版", ""),
        ("http://e.cn/1.html", "3版权", ""),
        ("http://e.cn/2025/03/18/1.html", "", ""),
    ],
)
def test_the_page_of_a_newspaper_is_read_and_never_guessed(url: str, printed: str, expected: str) -> None:
    assert page_number(url, printed) == expected


HOSTILE = '"><script>alert(1)</script>“引才”& 夜话'


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """The id of an article of a newspaper page whose title and author try to leave their attribute."""
    archive_of.make(tmp_path / "data", 0)
    one = replace(
        archive_of.article(1, HOSTILE), authors=('王"小明', "O’<b>"), kicker="我市召开大会", subtitle="——引才"
    )
    connection = open_writer(DataDirectory(tmp_path / "data").archive)
    with transaction(connection):
        archive.record(connection, one, Seen(_URL, "qhnews", "2026-03-03T01:00:00+00:00", "2026-03-03"), url=_URL)
    connection.close()
    return archive.article_id(_URL)


async def test_zotero_finds_the_article_in_the_head_of_its_page(tmp_path: Path, hostile: str) -> None:
    page = (await build(tmp_path / "data", _BASE).client.get(f"/article/{hostile}")).text
    head = page[: page.index("</head>")]
    found = re.findall(r'<meta name="((?:citation_|DC\.|z:)\w+)" content="([^"]*)">', head)
    tags: dict[str, list[str]] = {}
    for name, content in found:
        tags.setdefault(name, []).append(html.unescape(content))
    kept = f"{_BASE}/article/{hostile}/revision/1"
    for name, expected in {
        "z:itemType": ["newspaperArticle"],
        "citation_title": [HOSTILE],
        "citation_author": ['王"小明', "O’<b>"],
        "citation_publication_date": ["2026/03/02"],
        "citation_journal_title": ["西宁晚报"],
        "citation_firstpage": ["3"],
        "citation_public_url": [kept],
        "DC.title": [HOSTILE],
        "DC.creator": ['王"小明', "O’<b>"],
        "DC.date": ["2026-03-02"],
        "DC.identifier": [kept],
        "DC.source": [_URL],
    }.items():
        assert tags[name] == expected, name
    assert "<script>alert" not in page
    data = json.loads(head.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (data["@type"], data["headline"], data["datePublished"]) == (
        "NewsArticle", HOSTILE, "2026-03-02T08:55:11+08:00",
    )  # fmt: skip
    assert [one["name"] for one in data["author"]] == ['王"小明', "O’<b>"] and data["isBasedOn"] == _URL


async def test_the_kicker_is_no_part_of_the_title_and_the_page_is_cited(tmp_path: Path, hostile: str) -> None:
    text = (await build(tmp_path / "data", _BASE).client.get(f"/cite.txt?article={hostile}")).text
    today = text.split("(3)[")[1][:10]
    assert text == f'王"小明, O’<b>. {HOSTILE}: 引才[N/OL]. 西宁晚报, 2026-03-02(3)[{today}]. {_URL}.'


async def test_the_four_forms_of_a_fact_lead_to_its_sentence(tmp_path: Path, hostile: str) -> None:
    client = build(tmp_path / "data", _BASE).client
    address = f"{_BASE}/article/{hostile}/revision/1#e1"
    query = f"article={hostile}&revision=1&fact=1"
    (bib,) = bibtexparser.loads((await client.get(f"/cite.bib?{query}")).text).entries
    (ris,) = rispy.loads((await client.get(f"/cite.ris?{query}")).text.replace("\r\n", "\n"))
    (csl,) = (await client.get(f"/cite.json?{query}")).json()
    assert bib["url"] == ris["urls"][0] == csl["URL"] == address
    assert (await client.get(f"/cite.txt?{query}")).text.endswith(f"(3)[{csl_day(csl)}]. {address}.")
    assert all("签约高层次人才103名" in note for note in (bib["note"], ris["notes"][0], csl["note"]))
    page = (await client.get(address.removeprefix(_BASE).split("#")[0])).text
    assert 'id="e1"' in page


def csl_day(item: dict[str, dict[str, list[list[int]]]]) -> str:
    year, month, day = item["accessed"]["date-parts"][0]
    return f"{year}-{month:02}-{day:02}"


async def test_each_fact_beside_the_text_leads_to_its_reference(tmp_path: Path, hostile: str) -> None:
    client = build(tmp_path / "data", _BASE).client
    page = (await client.get(f"/article/{hostile}")).text
    links = re.findall(rf'href="(/cite\?article={hostile}&amp;revision=1&amp;fact=\d)" aria-label="引用：', page)
    assert sorted(set(links)) == [f"/cite?article={hostile}&amp;revision=1&amp;fact={number}" for number in (1, 2)]
    assert "签约高层次人才103名" in (await client.get(html.unescape(links[0]))).text


async def test_an_edition_is_cited_with_its_hash_and_found_by_zotero(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "data", 3)
    made, _ = publish(
        directory.archive, tmp_path / "out", Order(live="https://caixun.example.cn"),
        datetime(2026, 11, 1, tzinfo=UTC), lambda *_: None,
    )  # fmt: skip
    address = f"https://caixun.example.cn/edition/{made.id}"
    client = build(tmp_path / "out" / made.id, _BASE).client
    for query in ("", f"?edition={made.id}"):
        (bib,) = bibtexparser.loads((await client.get(f"/cite.bib{query}")).text).entries
        (csl,) = (await client.get(f"/cite.json{query}")).json()
        (ris,) = rispy.loads((await client.get(f"/cite.ris{query}")).text.replace("\r\n", "\n"))
        assert bib["url"] == csl["URL"] == ris["urls"][0] == address
        assert bib["version"] == csl["version"] == made.id and made.sha256 in bib["note"]
        assert (await client.get(f"/cite.txt{query}")).text.startswith(f"才讯. {made.title}[DS/OL]. (2026-11-01)[")
    assert "SHA-256" in (await client.get(f"/cite?edition={made.id}")).text
    assert (await client.get("/cite?edition=1999-01-01")).status_code == 404
    page = (await client.get(f"/edition/{made.id}")).text
    assert '<meta name="z:itemType" content="dataset">' in page and f"/cite?edition={made.id}" in page
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (data["@type"], data["version"], data["distribution"]["sha256"]) == ("Dataset", made.id, made.sha256)
