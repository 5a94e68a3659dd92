"""What a brief says: stories once, in the order of levels, sentences that stand in the article, trends that compare."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import takedown
from db.brief import levels, markdown, templates, wording
from db.brief.blocks import Heading, Table, links, plain
from db.brief.collecting import collect
from db.brief.quotes import quotes
from db.brief.values import Asked, Brief, Item
from db.connection import open_reader, open_writer
from db.errors import Refused, WrongTemplate
from db.paths import DataDirectory
from parsers.errors import QueryError
from tests.db.brief_archive import FIRST, HOSTILE, LAST, MADE, Printed, brief_of, make

BASE = "https://caixun.example.cn"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    return make(tmp_path_factory.mktemp("brief"))


def items(brief: Brief) -> list[Item]:
    return [item for section in brief.sections for group in section.groups for item in group.items]


def named(brief: Brief, title: str) -> Item:
    return next(item for item in items(brief) if title in item.cite.title)


def test_a_story_stands_once_with_the_sites_that_copied_it(directory: DataDirectory) -> None:
    made = brief_of(directory)
    assert (made.articles, made.stories, made.told, made.left_out) == (7, 6, 6, 0)
    fair = named(made, "盐湖产业人才大会")
    assert (fair.cite.site, fair.copies, fair.sites) == ("青海新闻网", 1, ("四川在线",))
    assert "2024年" not in " ".join(item.cite.title for item in items(made))  # that one is of another month


def test_levels_stand_in_their_order_in_each_section(directory: DataDirectory) -> None:
    made = brief_of(directory)
    for section in made.sections:
        order = [("中央", "省", "市", "县", "").index(group.level) for group in section.groups]
        assert order == sorted(set(order))
    assert named(made, "全国人才工作座谈会").level == "中央"
    assert named(made, "印发人才发展规划").level == "省"
    assert (named(made, "引进高层次人才103名").level, named(made, "引进高层次人才103名").place) == ("市", "西宁市")
    assert named(made, "湟中区").level == "县"


@pytest.mark.parametrize(
    ("title", "places", "national", "level"),
    [
        ("全国人才工作会议在京召开", ("北京市",), False, "中央"),
        ("【要闻】国务院办公厅印发人才文件", (), False, "中央"),
        ("以中央人才工作会议精神为指引 建设人才强市", ("西宁市",), False, "市"),
        ("全国高校毕业生招聘会在西宁举行", ("西宁市",), False, "市"),
        ("人才评价改革综述", (), True, "中央"),
        ("人才评价改革综述", (), False, ""),
        ("青海引才", ("青海省",), True, "省"),
        ("城中区引才", ("城中区", "西宁市"), False, "县"),
    ],
)
def test_the_level_is_that_of_the_place_unless_the_matter_is_national(
    title: str, places: tuple[str, ...], national: bool, level: str
) -> None:
    assert levels.place_of(title, places, national)[0] == level


def test_every_quote_stands_in_the_article_at_its_place(directory: DataDirectory) -> None:
    archive = open_reader(directory.archive)
    for item in items(brief_of(directory)):
        sql = "select body from article_text join articles using (revision) where id = ? and recorded_to is null"
        body = archive.execute(sql, [item.cite.article]).fetchone()[0]
        assert item.quotes
        for quote in item.quotes:
            assert body[quote.start : quote.end] == quote.text
            assert quote.text in body.split("\n")[quote.paragraph - 1]


def test_an_excerpt_is_no_longer_than_what_may_be_shown(directory: DataDirectory) -> None:
    assert all(
        sum(len(quote.text) for quote in item.quotes) <= 150 for item in items(brief_of(directory, excerpt=True))
    )
    long = "西宁市" + "引才" * 200 + "。" + "育才" * 200 + "。"
    assert sum(len(one.text) for one in quotes(long, [(500, 505)], [], excerpt=True)) <= 150
    assert sum(len(one.text) for one in quotes(long, [(500, 505)], [], excerpt=False)) > 150
    assert all(one.cut for one in quotes(long, [], [], excerpt=False))


def test_a_short_opening_brings_the_next_sentence_with_it() -> None:
    body = "3月4日，全国人才工作座谈会召开。会议强调，加快培养青年科技人才，健全人才评价机制。会议还提出多项要求。"
    assert [one.text[:6] for one in quotes(body, [], [], excerpt=False)] == ["3月4日，全", "会议强调，加"]
    assert (
        len(
            quotes(
                body.replace("召开。", "召开，各省区市代表和各领域的专家、企业负责人一百二十余人参加会议并发言。"),
                [],
                [],
                excerpt=False,
            )
        )
        == 1
    )


def test_a_figure_has_the_trend_of_the_same_measure_and_its_evidence(directory: DataDirectory) -> None:
    found = {(one.row.fact.subject, one.row.measure): one for one in brief_of(directory).numbers}
    grown, steady = found["西宁市", "引进高层次人才"], found["西宁市", "签约人才项目"]
    assert (grown.value, grown.trend, grown.change) == ("103 名", "up", "25.6%")
    assert [(period, value) for period, value, _ in grown.before] == [("2024", "82 名")]
    assert (steady.trend, steady.change) == ("same", "")
    archive = open_reader(directory.archive)
    for cite in (grown.cite, grown.before[0][2]):
        facts = archive.execute(
            'select evidence from facts where article = ? order by start, "end", id', [cite.article]
        ).fetchall()
        assert "引进高层次人才" in facts[cite.fact - 1][0]
    assert [one.trend for (_, measure), one in found.items() if measure == "梳理岗位"] == [
        ""
    ]  # nothing earlier to compare with


def test_a_goal_is_not_set_beside_results(tmp_path: Path) -> None:
    told = (
        Printed("xnwbw", "1", "西宁市2024年引才综述", "2024-12-20", "2024年，西宁市引进高层次人才82名。引才工作推进。"),
        Printed(
            "xnwbw", "2", "西宁市部署引才工作", "2025-03-20", "到2030年，西宁市引进高层次人才500名。引才工作部署。"
        ),
        Printed(
            "xnwbw", "3", "西宁市2025年引才进展", "2025-03-25", "2025年，西宁市引进高层次人才103名。引才资金到位。"
        ),
    )
    made = brief_of(make(tmp_path / "data", told))
    found = {one.value: one for one in made.numbers}
    assert (found["500 名"].planned, found["500 名"].trend, found["500 名"].before) == (True, "", ())
    assert (found["103 名"].planned, found["103 名"].change) == (False, "25.6%")
    assert "2030年目标" in templates.load().text(made, BASE)


def test_policies_have_number_issuer_act_and_meetings_a_day(directory: DataDirectory) -> None:
    made = brief_of(directory)
    plan = next(one for one in made.policies if one.title == "青海省重点人才发展规划")
    assert (plan.document, plan.action, plan.cite.published) == (
        "青办发〔2025〕12号",
        "印发",
        "2025-03-10T09:00:00+08:00",
    )
    held = next(one for one in made.meetings if "领导小组" in one.name)
    assert (held.date, held.place) == ("2025-03-26", "青海省")


def test_the_certificate_names_what_was_not_crawled(directory: DataDirectory) -> None:
    seen = brief_of(directory).certificate
    assert seen is not None
    assert (seen.expected, seen.crawled) == (4 * 31, 4 * 31 - 5)
    assert [(gap.title, gap.days) for gap in seen.gaps] == [("四川在线", 5)]
    text = text_of(brief_of(directory))
    assert "四川在线（2025年3月10日至2025年3月14日）" in text


def test_a_search_chooses_and_a_wrong_one_says_so(directory: DataDirectory) -> None:
    assert {item.cite.title for item in items(brief_of(directory, query="盐湖"))} == {
        "青海盐湖产业人才大会在格尔木开幕"
    }
    assert {item.place for item in items(brief_of(directory, filters={"place": ("西宁市",)}))} <= {"西宁市", "湟中区"}
    with pytest.raises(QueryError):
        brief_of(directory, query="人才 (引才")
    with pytest.raises(Refused, match="起止日期颠倒"):
        collect(open_reader(directory.archive), Asked(LAST, FIRST), MADE)


def test_what_is_too_much_is_told_openly_the_most_copied_first(directory: DataDirectory) -> None:
    made = brief_of(directory, items=1)
    assert (made.told, made.left_out) == (1, 5)
    assert items(made)[0].copies == 1
    assert "其余5条见[检索]" in text_of(made)


def test_a_takedown_leaves_the_brief(tmp_path: Path) -> None:
    directory = make(tmp_path)
    gone = named(brief_of(directory), "引进高层次人才103名").cite.article
    connection = open_writer(directory.archive)
    takedown.take_down(connection, gone, "2025-04-01T00:00:00+00:00", "当事人要求")
    text = text_of(brief_of(directory))
    assert "103" not in text
    assert gone not in text


def text_of(brief: Brief) -> str:
    return templates.load().text(brief, BASE)


def test_the_text_has_every_link_and_the_tables(directory: DataDirectory) -> None:
    made = brief_of(directory, number="第3期", office="省委人才办")
    document = markdown.read(text_of(made))
    assert (document.title, document.number, document.office) == ("人才工作简报", "第3期", "省委人才办")
    assert document.date == "2025年4月1日"
    addresses = links(document)
    for item in items(made):
        assert item.url in addresses
        assert BASE + item.cite.path in addresses
    heads = [[plain(cell) for cell in block.head] for block in document.blocks if isinstance(block, Table)]
    assert ["名称", "文号", "印发机关", "报道日期", "动作"] in heads
    assert ["地区", "指标", "本期", "变化", "前期"] in heads
    numbers = next(block for block in document.blocks if isinstance(block, Table))
    row = next(row for row in numbers.rows if plain(row[1]) == "引进高层次人才")
    assert plain(row[3]) == "↑25.6%"
    assert row[2][0].url.startswith(f"{BASE}/article/")
    assert "#e" in row[2][0].url


def test_headings_count_themselves_level_by_level(directory: DataDirectory) -> None:
    document = markdown.read(text_of(brief_of(directory)))
    found = [(block.level, plain(block.line)) for block in document.blocks if isinstance(block, Heading)]
    assert [words[:2] for level, words in found if level == 1][:3] == ["一、", "二、", "三、"]
    assert all(words.startswith("（") for level, words in found if level == 2)
    third = [words for level, words in found if level == 3]
    assert all(words[0].isdigit() for words in third)
    assert len(third) == 6


def test_no_date_is_said_and_a_hostile_title_stays_text(tmp_path: Path) -> None:
    odd = Printed(
        "qhnews", "9", HOSTILE, None, "西宁市开展引才专项活动，引进人才12名。| 表 | 格 |\n# 不是标题\n> 不是出处"
    )
    document = markdown.read(text_of(brief_of(make(tmp_path, (odd,)))))
    heading = next(block for block in document.blocks if isinstance(block, Heading) and block.level == 3)
    assert plain(heading.line) == f"1．{HOSTILE}"
    assert any("日期未标明" in plain(block.line) for block in document.blocks if not isinstance(block, Table))
    assert "http://x.example" not in links(document)


def test_an_empty_answer_says_so(directory: DataDirectory) -> None:
    text = text_of(brief_of(directory, query="没有这样的词"))
    assert "没有关于“没有这样的词”的文章" in text
    assert "收录说明" in text


@given(st.text(max_size=40))
def test_any_value_reads_back_as_it_is(words: str) -> None:
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    document = markdown.read(f"### 1．{markdown.escaped(words)}\n\n| a |\n|---|\n| {markdown.escaped(words)} |\n")
    assert plain(document.blocks[0].line) == f"1．{line}".rstrip()  # type: ignore[union-attr]
    assert plain(document.blocks[1].rows[0][0]) == line  # type: ignore[union-attr]
    assert "".join(plain(block.line) for block in markdown.read(markdown.escaped(words)).blocks) == line  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("period", "words"),
    [("2024", "2024年"), ("2024-08", "2024年8月"), ("2024-01/2024-05", "2024年1—5月"), ("2022-2024", "2022—2024年"),
     ("2025-03-18", "2025年3月18日"), ("2024-11/2025-02", "2024年11月至2025年2月"), ("", ""), ("去年", "去年")],
)  # fmt: skip
def test_periods_as_people_write_them(period: str, words: str) -> None:
    assert wording.period(period) == words


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (120, "120")]
)
def test_numerals_of_headings(number: int, words: str) -> None:
    assert wording.han(number) == words


def test_days_without_what_repeats() -> None:
    assert wording.days(Asked(date(2025, 3, 1), date(2025, 3, 18))) == "2025年3月1日至18日"
    assert wording.days(Asked(date(2024, 12, 1), date(2025, 1, 2))) == "2024年12月1日至2025年1月2日"


@pytest.mark.parametrize(
    ("template", "said"),
    [("{% if %}", "brief.md 第 1 行写法不对"), ("x\n{{ brief.nothing }}", "brief.md 第 2 行不能填写"),
     ("{{ ''.__class__.mro() }}", "不允许"), ("{{ 1 / 0 }}", "不能填写"), ("{{ link('x') }}", "不能填写")],
)  # fmt: skip
def test_a_wrong_template_says_where(directory: DataDirectory, template: str, said: str) -> None:
    with pytest.raises(WrongTemplate, match=said):
        wording.write(brief_of(directory), template, BASE)


def test_templates_are_written_once_and_taken_file_by_file(tmp_path: Path) -> None:
    written = templates.write_samples(tmp_path / "t")
    assert {path.name for path in written} == {"brief.md", "brief.html", "brief.docx", "说明.md"}
    with pytest.raises(WrongTemplate, match="已有"):
        templates.write_samples(tmp_path / "t")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "brief.md").write_text("本期{{ brief.stories }}条", "utf-8")
    assert templates.load(tmp_path / "own").page == templates.load().page
    with pytest.raises(WrongTemplate, match="没有模板目录"):
        templates.load(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WrongTemplate, match="里没有模板"):
        templates.load(tmp_path / "empty")
    (tmp_path / "own" / "brief.html").write_bytes("简报".encode("gbk"))
    with pytest.raises(WrongTemplate, match="UTF-8"):
        templates.load(tmp_path / "own")


def test_ten_times_the_stories_take_no_more_queries(tmp_path: Path) -> None:
    def asked_of(count: int) -> int:
        places = ("西宁市", "海东市", "玉树藏族自治州", "海西蒙古族藏族自治州")
        articles = tuple(
            Printed("qhnews", str(number), f"{places[number % 4]}第{number}期引才活动签约", "2025-03-10",
                    f"{places[number % 4]}引才活动签约人才项目{number}个。" + text_of_its_own(number))
            for number in range(count)
        )  # fmt: skip
        connection = open_reader(make(tmp_path / str(count), articles).archive)
        collect(connection, Asked(FIRST, LAST), MADE)  # what is kept between requests is kept now
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        assert collect(connection, Asked(FIRST, LAST), MADE).told == count
        return len(statements)

    assert asked_of(4) == asked_of(40)


def text_of_its_own(number: int) -> str:
    dice = random.Random(number)
    return "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(150)) + "。"


def test_items_are_told_without_the_number_of_their_heading() -> None:
    text = "### 1．12条措施支持人才\n\n引才。\n\n> 来源。[原文](https://a.example.cn/)\n\n# 一、其他\n\n不属于条目。\n"
    (one,) = markdown.told(markdown.read(text))
    assert (one.title, one.text, one.links) == ("12条措施支持人才", "引才。", (("原文", "https://a.example.cn/"),))
