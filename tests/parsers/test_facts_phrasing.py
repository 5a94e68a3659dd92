"""The same facts in other words, of county news, WeChat posts, interviews and rules: sentences of our own."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("老粮站改造成“河谷里”青年人才驿站。", "“河谷里”青年人才驿站"),
        ("州里把旧仓库翻修成“乡贤会客厅”。", "乡贤会客厅"),
        ("去年秋天启用的河谷人才科创港已满园。", "河谷人才科创港"),
        ("河谷生态茶科技小院在柳湾村挂牌。", "河谷生态茶科技小院"),
        ("河谷盐湖产业研究院正式运转。", "河谷盐湖产业研究院"),
        ("省级盐湖材料工程技术研究中心今年通过验收。", "省级盐湖材料工程技术研究中心"),
        ("河谷盐业产业学院开班招生。", "河谷盐业产业学院"),
    ],
)
def test_a_platform_is_founded_in_many_words(sentence: str, name: str) -> None:
    assert values(sentence, "platform") == [name]


@pytest.mark.parametrize(
    "sentence", ["医院设“一厅三中心”，办事不出楼。", "着力打造“筑梦码头”。", "活动在河谷市民中心举行。"]
)
def test_what_is_aimed_at_counted_or_only_a_place_is_no_platform(sentence: str) -> None:
    assert values(sentence, "platform") == []


@pytest.mark.parametrize(
    ("sentence", "name", "ordinal"),
    [
        ("今年4月开赛的河谷创新创业大赛落下帷幕。", "河谷创新创业大赛", ""),
        ("“德才河谷”春季综合招聘会走进体育公园。", "“德才河谷”春季综合招聘会", ""),
        ("办好第二届中国·河谷对俄人才合作洽谈会。", "中国·河谷对俄人才合作洽谈会", "第二届"),
        ("会上揭晓了首届“河谷硅匠”技能大比武的名次。", "“河谷硅匠”技能大比武", "首届"),
        ("学校召开2025年度人才工作总结会。", "人才工作总结会", ""),
        ("市里召开全市专家人才座谈会，听取意见。", "全市专家人才座谈会", ""),
        ("2025雪峰人才论坛在河谷举行。", "2025雪峰人才论坛", ""),
        ("举办了“河谷英才”学术沙龙周。", "“河谷英才”学术沙龙周", ""),
    ],
)
def test_an_event_is_held_in_many_words_and_is_called_as_printed(sentence: str, name: str, ordinal: str) -> None:
    assert [(f.fields["name"], f.fields["ordinal"]) for f in facts_of(sentence, "event")] == [(name, ordinal)]


def test_meetings_that_are_only_counted_or_whose_spirit_is_studied_are_no_events() -> None:
    assert values("全年召开全市人才工作座谈会12次。", "event") == []
    assert values("传达学习了全省人才工作座谈会精神。", "event") == []


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("深化“县管乡用”改革，让医生下得去。", "“县管乡用”改革"),
        ("为专家开通“河才直通车”，提供15项服务。", "河才直通车"),
        ("我们推的叫“揭榜即引才”。", "揭榜即引才"),
        ("公司办起盐化“匠班”，白天上班。", "盐化“匠班”"),
        ("“百名专家下百村”活动组织132名农技人员驻点。", "“百名专家下百村”活动"),
    ],
)
def test_a_programme_is_called_so_or_opened(sentence: str, name: str) -> None:
    assert values(sentence, "programme") == [name]


def test_a_reform_of_the_state_and_a_founded_body_are_no_programmes() -> None:
    assert values("推进“放管服”改革。", "programme") == []
    assert values("上线“俄语人才云库”。", "programme") == []


@pytest.mark.parametrize(
    ("body", "parties"),
    [
        ("西宁市与青海大学三方共办盐业学院。", ["西宁市", "青海大学"]),
        ("西宁市不断开放。西宁市跟兰州市、银川市搞了青年人才联谊。", ["西宁市", "兰州市", "银川市"]),
        ("由西宁市、青海大学、盐湖集团三方出资的研究院落成。", ["西宁市", "青海大学", "盐湖集团"]),
        ("两市签订的《南京—西宁人才协作备忘录》逐项落实。", ["南京市", "西宁市"]),
        ("西宁市人才工作有新招。深化与海东市、兰州市的人才协同发展。", ["西宁市", "海东市", "兰州市"]),
        ("北京大学医学部“组团式”支援河谷大学第一附属医院。", ["北京大学医学部", "河谷大学第一附属医院"]),
    ],
)
def test_partners_are_joined_in_many_words(body: str, parties: list[str]) -> None:
    assert values(body, "cooperation", "parties") == [parties]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("市领导黄启明、吴秋菊参加会议。", ["黄启明", "吴秋菊"]),
        ("董事长漆伟民算过一笔账。", ["漆伟民"]),
        ("邓铁生：我们推的办法很简单。", ["邓铁生"]),
        ("从外地回到老家创业的杜嘉欣开了店。", ["杜嘉欣"]),
        ("JAMES WALKER 江苏某某汽车电子有限公司 研发总监", ["JAMES WALKER"]),
    ],
)
def test_people_stand_in_lists_behind_offices_and_behind_what_they_did(sentence: str, names: list[str]) -> None:
    assert values(sentence, "person") == names


@pytest.mark.parametrize("sentence", ["记者：今年有什么打算？", "院长明确表示支持。", "入选国家级青年人才项目2人。"])
def test_who_asks_and_what_only_looks_like_a_name_is_no_person(sentence: str) -> None:
    assert values(sentence, "person") == []


@pytest.mark.parametrize(
    ("sentence", "amounts"),
    [
        ("按下列标准发放生活补贴：博士每人每月5000元，硕士每人每月2000元。", [5000, 2000]),
        ("给每名科技特派员安排工作经费2万元。", [20000]),
        ("在大赛中获得金牌的选手，奖励50万元。", [500000]),
        ("A类人才项目给予扶持资金500万元至1000万元。", [5000000]),
        ("返乡创业者可申请5万元至20万元无息借款。", [50000]),
        ("新引进博士可享受每月4000元、最长5年的生活津贴。", [4000]),
        ("公寓租金头两年全免。", [None]),
        ("入驻孵化器的，免收场所租金3年。", [None]),
        ("专家每年报销往返交通费2次。", [None]),
    ],
)
def test_grants_are_given_in_many_words(sentence: str, amounts: list[float | None]) -> None:
    assert values(sentence, "incentive", "amount") == amounts


def test_an_honour_names_who_gets_it() -> None:
    (fact,) = facts_of("省政府授予祁连生“突出贡献人才”荣誉称号。", "incentive")
    assert (fact.fields["beneficiary"], fact.fields["benefit"]) == ("祁连生", "授予祁连生“突出贡献人才”荣誉称号")


@pytest.mark.parametrize(
    ("sentence", "measures"),
    [
        ("引进人才67名，其中事业单位29名，西宁市14名。", ["引进人才", "引进事业单位人才", "引进人才"]),
        ("二、领军型创业人才（拟资助12名）", ["资助领军型创业人才"]),
        ("学出农民技术员640名，其中91名拿到了职称。", ["学出农民技术员", "拿到职称的学出农民技术员"]),
        ("96支队伍登台打擂。", ["队伍"]),
        ("高技能人才8.1万人，占比35.2%。", ["高技能人才", "高技能人才占比"]),
        ("办起“雪峰下午茶”，今年已举办43期。", ["举办雪峰下午茶"]),
        ("高校专家、企业代表等800余人参加。", ["参加人数"]),
        ("附近期免冠照片2张。", []),
        ("人才申购住房，个人出资比例不低于60%。", []),
    ],
)
def test_a_measure_takes_its_noun_from_where_it_stands(sentence: str, measures: list[str]) -> None:
    assert values(sentence, "figure", "measure") == measures
