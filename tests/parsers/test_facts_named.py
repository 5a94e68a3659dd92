"""Platforms, programmes, events and policies in sentences of our own, traps included."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


def test_the_members_of_a_list_stand_under_one_verb() -> None:
    body = "全市成立盐业人才服务站、锂电实训基地和高原算力联盟。"
    assert values(body, "platform") == ["盐业人才服务站", "锂电实训基地", "高原算力联盟"]
    assert set(values(body, "platform", "action")) == {"成立"}


def test_a_platform_that_opens_is_found_by_the_verb_behind_it() -> None:
    assert values("雪峰盐湖产业博士后创新中心在河谷市揭牌。", "platform") == ["雪峰盐湖产业博士后创新中心"]


@pytest.mark.parametrize(
    "sentence",
    [
        "全市新建院士专家工作站21个。",
        "中心设立了3个专家工作站。",
        "要建设一批特色鲜明的产学研合作联盟。",
        "为各类人才搭建干事创业平台。",
        "围绕全省人才创新中心建设目标，抓好落实。",
        "游客走进河谷市博物馆参观。",
    ],
)
def test_kinds_counts_and_figures_of_speech_are_no_platforms(sentence: str) -> None:
    assert values(sentence, "platform") == []


def test_programmes_are_named_by_quotes_or_by_the_verb_that_runs_them() -> None:
    assert values("我市启动“学子聚河”工程。", "programme") == ["“学子聚河”工程"]
    assert values("全县实施少数民族乡村医生特殊培养计划。", "programme") == ["少数民族乡村医生特殊培养计划"]
    assert values("大力推进“东才西育”工作。", "programme") == ["东才西育"]


@pytest.mark.parametrize(
    "sentence",
    [
        "我们要坚持“四个面向”，用好“指挥棒”，下好“先手棋”，念好“人才经”。",
        "深入实施“人才强州”战略。",
        "着力破除“四唯”倾向，增强“四个意识”。",
        "完善人才评价机制，健全人才服务制度。",
        "打通服务人才“最后一公里”。",
    ],
)
def test_slogans_and_plain_mechanisms_are_no_programmes(sentence: str) -> None:
    assert values(sentence, "programme") == []


def test_a_quoted_name_is_freed_from_the_words_before_it_and_members_of_a_list_stay_apart() -> None:
    assert values("会议要求，要抓好“人才兴河”行动。", "programme") == ["“人才兴河”行动"]
    body = "规划部署了“盐湖英才”集聚工程、“河谷工匠”培育工程、青年农艺师储备工程等五大工程。"
    assert values(body, "programme") == ["“盐湖英才”集聚工程", "“河谷工匠”培育工程", "青年农艺师储备工程"]


def test_a_laboratory_keeps_its_whole_name() -> None:
    body = "全市拥有雪峰盐湖资源综合利用全国重点实验室，集聚专家300余名。"
    assert values(body, "platform") == ["雪峰盐湖资源综合利用全国重点实验室"]


def test_what_opens_together_is_named_one_by_one() -> None:
    body = "雪峰人工智能研究院、河谷动力创新中心相继落地。"
    assert values(body, "platform") == ["雪峰人工智能研究院", "河谷动力创新中心"]


def test_an_event_has_ordinal_place_and_date() -> None:
    (fact,) = facts_of("3月9日，第三届河谷人才周在西宁市启动。", "event")
    assert fact.fields == {"name": "河谷人才周", "ordinal": "第三届", "place": "西宁市", "date": "2025-03-09"}


def test_a_day_without_a_year_is_the_latest_before_publication() -> None:
    (fact,) = facts_of("12月20日，全州农牧人才洽谈会在德令哈市举行。", "event")
    assert fact.fields["date"] == "2024-12-20"


def test_a_meeting_of_the_leading_group_keeps_its_number() -> None:
    (fact,) = facts_of("本报讯（记者 某人）雪峰市委人才工作领导小组第12次会议日前召开。", "event")
    assert fact.fields["name"] == "雪峰市委人才工作领导小组第12次会议"
    assert fact.fields["ordinal"] == "第12次"


def test_what_a_meeting_has_agreed_to_does_not_lengthen_its_name() -> None:
    (fact,) = facts_of("名单经雪峰区委人才工作领导小组第4次会议审议通过。", "event")
    assert fact.fields["name"] == "雪峰区委人才工作领导小组第4次会议"


@pytest.mark.parametrize(
    "sentence",
    ["深入学习党的二十届三中全会精神。", "认真贯彻中央人才工作会议精神。", "座谈会上，大家踊跃发言。"],
)
def test_congresses_cited_and_nameless_meetings_are_no_events(sentence: str) -> None:
    assert values(sentence, "event") == []


def test_a_thing_named_twice_is_one_fact_at_the_mention_that_says_what_was_done() -> None:
    body = "依托“雪峰人才港”，企业加快发展。全市建成“雪峰人才港”，吸引团队入驻。"
    (fact,) = facts_of(body, "platform")
    assert fact.fields["action"] == "建成"


def test_policies_have_verb_issuer_and_their_own_years_and_letters_are_none() -> None:
    body = "省委组织部印发《河谷人才三年行动方案（2024—2026年）》，并向专家寄送《慰问信》。"
    (fact,) = facts_of(body, "policy")
    assert (fact.fields["action"], fact.period) == ("印发", "2024-2026")
    assert fact.fields["issuer"] == "省委组织部"


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("湿地生态研究中心、东湖实验室河谷中心年内相继揭牌。", "platform", ["湿地生态研究中心", "东湖实验室河谷中心"]),
        ("学校与街道在老城设了“侨青之家”。", "platform", ["侨青之家"]),
        ("他在山上建起河谷小麦种质资源圃。", "platform", ["河谷小麦种质资源圃"]),
        ("河谷国际人才港在江边开港，嘉宾见证。", "platform", ["河谷国际人才港"]),
        ("“才聚河谷”校园行一路南下。", "programme", ["“才聚河谷”校园行"]),
        ("“春归路”就业专列驶出车站。", "programme", ["“春归路”就业专列"]),
        ("“英才新政20条”升级为2.0版。", "programme", ["英才新政20条"]),
        ("纳入“沁才卡”服务对象。", "programme", ["沁才卡"]),
        ("老张办起“田埂夜校”，晚上上课。", "programme", ["田埂夜校"]),
        ("区里推出“即申即办”，后台比对数据。", "programme", ["即申即办"]),
        ("什么叫“视同全日制”，什么叫“非全日制”。", "programme", []),
        ("今天把大家请来开全市人才工作会议。", "event", ["全市人才工作会议"]),
        ("办好首届两岸青年人才交流周。", "event", ["两岸青年人才交流周"]),
        ("他在第六届河谷国际漆艺双年展上获奖。", "event", ["河谷国际漆艺双年展"]),
        ("她在第二届全国技能大赛湖北选拔赛中夺冠。", "event", ["全国技能大赛湖北选拔赛"]),
    ],
)
def test_names_of_things_founded_run_and_held(text: str, kind: str, names: list[str]) -> None:
    assert values(text, kind) == names


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("宁波职业技术学院与远望光电、蓝海动力联办订单班6个。", ["宁波职业技术学院", "远望光电", "蓝海动力"]),
        ("河海大学与市公安局交警支队在新城设了“侨青之家”。", ["河海大学", "市公安局交警支队"]),
    ],
)
def test_parties_are_bound_by_any_verb_of_founding_together(text: str, parties: list[str]) -> None:
    assert values(text, "cooperation", "parties") == [parties]


def test_we_are_the_place_that_speaks() -> None:
    body = "昆明市召开会议。河海大学与我们共建临床医学院。"
    assert values(body, "cooperation", "parties") == [["河海大学", "昆明市"]]


def test_a_year_without_its_word_stays_in_the_name_of_an_event() -> None:
    assert values("2025河谷人才论坛在西宁举行。", "event") == ["2025河谷人才论坛"]
    assert values("2025年河谷人才论坛在西宁举行。", "event") == ["河谷人才论坛"]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("河谷市“河谷英才”服务专员聘任仪式在市民中心举行。", "河谷市“河谷英才”服务专员聘任仪式"),
        ("河谷师范大学新进教师见面会暨科研经费发放仪式在图书馆举行。", "河谷师范大学新进教师见面会暨科研经费发放仪式"),
        ("河谷女科技工作者协会第三次会员代表大会在西宁召开。", "河谷女科技工作者协会第三次会员代表大会"),
        ("西宁市召开人才工作总结暨2026年重点任务部署会。", "人才工作总结暨2026年重点任务部署会"),
        ("“职在河谷”2026年春季人才招聘会暨“央企进河谷”专场活动在会展中心举行。", "“职在河谷”2026年春季人才招聘会"),
        ("首届河谷人才发展大会暨三省招才引智洽谈会开幕。", "河谷人才发展大会"),
    ],
)
def test_ceremonies_assemblies_and_meetings_with_two_names_are_events(sentence: str, name: str) -> None:
    assert values(sentence, "event")[0] == name


def test_the_assembly_of_a_people_or_party_is_no_event_of_talent_work() -> None:
    assert values("河谷市第五届人民代表大会第六次会议召开。中国共产党河谷市第九次代表大会召开。", "event") == []
