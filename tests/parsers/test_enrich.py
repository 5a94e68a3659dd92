"""A reading becomes an article: facts with their spans, kind of document, nothing of the reading lost."""

from __future__ import annotations

from parsers.enrich import judge
from parsers.values import Reading

READING = Reading(
    title="海东市人才工作综述",
    published="2024-11-05",
    paragraphs=(
        "2024年，海东市坚持党管人才，市委人才工作领导小组印发《海东市高层次人才引进办法》。",
        "全市引进高层次人才35名，举办培训班12场次；第3次会议研究了《慰问信》。",
    ),
    authors=("张三",),
)


def test_facts_carry_the_words_they_come_from() -> None:
    article = judge(READING)
    assert article.relevant
    assert article.doc_type == "综述"
    assert article.authors == ("张三",)
    assert article.places == ("海东市",)
    assert all(article.body[f.start : f.end] == f.evidence for f in article.facts)
    figures = {(f.fields["measure"], f.fields["value_low"], f.fields["unit"]) for f in article.facts[1:]}
    assert figures == {("引进高层次人才", 35, "名"), ("举办培训班", 12, "场次")}


def test_a_policy_has_its_issuer_and_action() -> None:
    policy = judge(READING).facts[0]
    assert policy.fields == {
        "title": "海东市高层次人才引进办法",
        "action": "印发",
        "issuer": "市委人才工作领导小组",
    }
    assert (policy.subject, policy.period) == ("海东市", "2024")


def test_an_irrelevant_text_yields_no_facts() -> None:
    article = judge(Reading(title="天气", paragraphs=("明日降温8次，35人受影响。",)))
    assert not article.relevant
    assert article.facts == ()
