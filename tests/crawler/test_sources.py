"""Source files: the shipped ones load, a wrong one says file, key and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from caixun import main
from crawler.errors import SourceFileError
from crawler.lists import seeds, tasks_on
from crawler.sources import built_in_directory, load_sources, read_source, write_checks

GOOD = """title = "甲网"
province = "青海省"
family = "enorth"
reviewed = 2026-11-21
[crawl]
lists = ["http://a.example.cn/x/"]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "jia.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_sources_load() -> None:
    sources = load_sources([built_in_directory()])
    assert len(sources) == 129
    assert sources["qhnews"].article[0].search("http://www.qhnews.com/newscenter/system/2026/03/30/030535730.shtml")
    assert not sources["qhsdj"].enabled


def test_a_later_directory_overrides_and_the_family_fills_in(tmp_path: Path) -> None:
    written(tmp_path, GOOD).rename(tmp_path / "qhnews.toml")
    source = load_sources([built_in_directory(), tmp_path])["qhnews"]
    assert source.title == "甲网"
    assert source.article[0].search("http://news.a.example.cn/system/2026/03/30/030535730.shtml")
    assert not source.article[0].search("http://b.example.cn/system/2026/03/30/030535730.shtml")
    assert source.kind_of("http://a.example.cn/x/") == "list"
    assert "#ArticleContent" in source.page.body


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lists =", "list =", ["list", "是不是 lists"]),
        ('"enorth"', '"enort"', ["family", "是不是 enorth"]),
        ("http://a", "ftp://a", ["lists", "http(s)"]),
        ('title = "甲网"\n', "", ["title", "缺少"]),
        ('"甲网"', "5", ["title", "类型不对"]),
        ("[crawl]", "[crawl]\narticle = '('", ["article", "正则"]),
        ("[crawl]", "[crawl]\nevery = 'often'", ["every", "时长"]),
        ("[crawl]", "[crawl]\nallow_private = ['10.0.0.0/8']", ["allow_private"]),
        ("[crawl]", "[crawl]\nhosts = ['http://a.cn/']", ["hosts", "域名"]),
        ('family = "enorth"', 'family = "enorth"\nkind = "paper"', ["kind", "epaper"]),
        ("[crawl]", "[page]\nbody = '//div[1]'\n[crawl]", ["body", "CSS"]),
        ("[crawl]", "[crawl", ["TOML"]),
    ],
)
def test_a_wrong_file_says_where_and_why(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    file = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SourceFileError) as caught:
        read_source(file)
    assert all(word in str(caught.value) for word in ["jia.toml", *words])
    assert "\n" not in str(caught.value) or "TOML" in words


def test_an_epaper_is_asked_for_by_day() -> None:
    source = load_sources([built_in_directory()])["xnwb"]
    tasks = seeds(source, date(2026, 3, 2))
    assert [task.url for task in tasks] == [
        "http://www.xnwbw.com/html/2026-03/02/node_2.htm",
        "http://www.xnwbw.com/html/2026-03/01/node_2.htm",
    ]
    assert {task.kind for task in tasks} == {"epaper"}
    assert len(seeds(source, date(2026, 3, 2), since=date(2026, 2, 1))) == 30


def test_a_paper_of_pdf_pages_is_counted_up_until_one_is_missing() -> None:
    source = load_sources([built_in_directory()])["gxrb"]
    first = seeds(source, date(2026, 3, 2))[0]
    assert first.url.endswith("/gxrb/2026-03-02/001/gxrb20260302001.pdf") and first.kind == "epaper"
    (second,) = tasks_on(source, first, first.url, b"%PDF-1.4", "application/pdf", None)
    (third,) = tasks_on(source, second, second.url, b"%PDF-1.4", "application/pdf", None)
    assert third.url.endswith("/gxrb/2026-03-02/003/gxrb20260302003.pdf") and third.date == "2026-03-02"
    assert source.kind_of(third.url) == "epaper"


def test_the_list_can_be_narrowed_and_says_what_was_never_checked(tmp_path: Path) -> None:
    def shown(*arguments: str) -> list[str]:
        result = CliRunner().invoke(main, ["sources", *arguments, "--data", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.stdout.splitlines()

    assert len(shown("list")) == 129
    here = shown("list", "--province", "青海省", "--enabled")
    assert 5 < len(here) < 20 and all("青海省" in line and "启用" in line for line in here)
    assert all("未在网站上核对过" in line for line in here)
    (tmp_path / "sources").mkdir()
    write_checks(tmp_path / "sources", ["qhnews"], date(2026, 3, 2))
    assert any("qhnews" in line and "核对于 2026-03-02" in line for line in shown("list"))
    text = "\n".join(shown("show", "qhnews"))
    assert "1 小时" in text and "re.compile" not in text and "qhnews.toml" in text and "#ArticleContent" in text


def test_a_damaged_note_of_checks_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "checks.json").write_text("[1]", "utf-8")
    with pytest.raises(SourceFileError, match=r"checks\.json"):
        load_sources([tmp_path])
