"""People by the optional tagger: what it may add to the rules, and what is said where it is not installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from caixun import main
from parsers import ner
from parsers.enrich import judge
from parsers.values import Article, Reading
from scheduler.benchmarks.fact_scoring import Tally
from scheduler.benchmarks.fact_sets import fact_set
from scheduler.benchmarks.facts import OURS
from scheduler.people_tagging import VARIABLE

needs_extra = pytest.mark.skipif(not ner.installed(), reason="the optional extra [ner] is not installed")
without_extra = pytest.mark.skipif(ner.installed(), reason="the optional extra [ner] is installed")


def tags(*words: str) -> ner.Tagger:
    """The words that were tagged in advance, written 马占林/PER; for one sentence."""
    pairs = [(word, label) for word, _, label in (written.rpartition("/") for written in words)]
    return lambda text: pairs if text.startswith(pairs[0][0]) else [(text, "n")]


def article(sentence: str, relevant: bool = True) -> Article:
    return Article(title="人才工作", paragraphs=(sentence,), relevant=relevant, places=("西宁市",))


@pytest.mark.parametrize(
    ("tagged", "people"),
    [
        ("青海大学/ORG 生态/n 工程师/n 谭嘉伟/PER 到/v 场/n", [("谭嘉伟", "青海大学", "生态工程师")]),
        ("课/n 由/p 谭嘉伟/PER 教授/n 讲/v", [("谭嘉伟", "", "教授")]),
        ("课/n 由/p 谭嘉伟/PER 讲/v", [("谭嘉伟", "", "")]),
        ("课/n 由/p 卓玛/PER 讲/v", []),
        ("张仲景/PER 医院/n 开/v 课/n", []),
        ("“/w 秦创原/PER ”/w 开/v", []),
        ("农技员/n 谭嘉伟/PER 、/w 索南卓玛/PER 下/v 村/n", [("谭嘉伟", "", "农技员"), ("索南卓玛", "", "")]),
        ("孔雀东南飞/PER 的/u 事/n", []),
        ("记者/n 谭嘉伟/PER 报道/v", []),
        ("总书记/n 习近平/PER 指出/v", []),
    ],
)
def test_a_tagged_name_needs_a_second_witness(tagged: str, people: list[tuple[str, str, str]]) -> None:
    words = tagged.split(" ")
    sentence = "".join(word.rpartition("/")[0] for word in words)
    read = ner.with_people(article(sentence), tags(*words))
    found = [(fact.fields["name"], fact.fields["organisation"], fact.fields["role"]) for fact in read.facts]
    assert found == people
    assert all(read.body[fact.start : fact.end] == fact.evidence for fact in read.facts)


def test_a_person_whom_the_rules_know_is_not_told_twice() -> None:
    words = ("校长/n", "谭嘉伟/PER", "说/v")
    once = ner.with_people(article("校长谭嘉伟说"), tags(*words))
    assert len(once.facts) == 1
    assert ner.with_people(once, tags(*words)) == once
    assert ner.with_people(article("校长谭嘉伟说", relevant=False), tags(*words)).facts == ()


@without_extra
def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    page = tmp_path / "a.txt"
    page.write_text("人才工作会召开\n校长谭嘉伟说，要引进人才。", "utf-8")
    done = CliRunner().invoke(main, ["parse", str(page)])
    assert done.exit_code == 1
    assert 'pip install "caixun[ner]"' in done.output and "Traceback" not in done.output


@needs_extra
def test_the_tagger_adds_no_wrong_people_to_annotated_articles() -> None:
    rules, both = Tally(), Tally()
    for one in fact_set(OURS):
        read = judge(Reading(title=one.title, published=one.published or None, paragraphs=one.paragraphs))
        more = ner.with_people(read, ner.tagger())
        rules.add(one.facts, [{"doc": one.name, **fact.as_json()} for fact in read.facts], one.traps)
        both.add(one.facts, [{"doc": one.name, **fact.as_json()} for fact in more.facts], one.traps)
    assert both.kinds["person"].recall >= rules.kinds["person"].recall
    assert both.kinds["person"].precision >= 0.97
    assert both.trapped <= rules.trapped


# Who is named in the stories among relevance_items.jsonl (halves second and third); no rule was written for them.
TOLD = {
    name
    for line in (
        "温岭峰 董成礼 乌力吉 白玉兰 郭振海 周志明 李毛才让 祁玉莲",
        "马福祥 陈显达 许知秋 喇世杰 杜保国 施密特 沈若兰 徐颖",
        "让布 罗文斌 林书言 韩素琴 基娅拉 卓玛 胡广录 才仁卓玛",
        "韩建国 薛铭 曾宪明 谭皓 赵雪妍 穆勒 石生财",
    )
    for name in line.split()
}
ITEMS = Path(__file__).with_name("relevance_items.jsonl")


@needs_extra
def test_the_tagger_finds_people_whom_no_rule_knows() -> None:
    found: set[str] = set()
    for item in map(json.loads, ITEMS.read_text("utf-8").splitlines()):
        if item["half"] in ("second", "third") and item["relevant"]:
            told = Article(title=item["title"], paragraphs=(item["text"],), relevant=True)
            more = ner.with_people(told, ner.tagger())
            found |= {str(fact.fields["name"]) for fact in more.facts}
    assert len(found & TOLD) / len(TOLD) >= 0.65
    assert len(found & TOLD) / len(found) >= 0.85
