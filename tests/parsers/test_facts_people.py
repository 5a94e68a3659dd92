"""People and cooperation in sentences of our own, traps included."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


@pytest.mark.parametrize(
    ("sentence", "name", "role", "organisation"),
    [
        ("雪峰大学校长彭志科共同揭牌。", "彭志科", "校长", "雪峰大学"),
        ("州人才办主任多杰扎西介绍，全州引才有了新办法。", "多杰扎西", "主任", "州人才办"),
        ("河谷市委组织部部长王强说，要留住人才。", "王强", "部长", "河谷市委组织部"),
        ("市委副书记、市长欧阳明华主持会议。", "欧阳明华", "市长", ""),
        ("市人大常委会主任王建国参加会议。", "王建国", "主任", "市人大常委会"),
        ("来自雪峰集团人力资源部的吕小菲提出建议。", "吕小菲", "", "雪峰集团人力资源部"),
        ("柔性引进中国工程院陈福亮院士团队。", "陈福亮", "院士", "中国工程院"),
    ],
)
def test_a_person_has_role_and_organisation(sentence: str, name: str, role: str, organisation: str) -> None:
    (fact,) = facts_of(sentence, "person")
    assert fact.fields["name"] == name
    assert fact.fields["organisation"] == organisation
    assert role in fact.fields["role"] or not role


def test_a_name_ends_before_the_verb_of_speech() -> None:
    assert values("“留下来值得。”王磊说，他喜欢这里。", "person") == ["王磊"]
    assert values("主任李小明还说，政策要兑现。", "person") == ["李小明"]


def test_one_person_invited_stands_before_the_count_of_all() -> None:
    assert values("聘请欧阳明华等12名专家为产业教授。", "person") == ["欧阳明华"]


def test_names_of_a_list_share_their_noun() -> None:
    body = "充分发挥尕布龙、廉福章等先进典型的作用。"
    assert values(body, "person") == ["尕布龙", "廉福章"]


@pytest.mark.parametrize(
    "sentence",
    [
        "老师高兴地说，学生们专注听讲，教授方法得当，主任全程陪同，书记逐一解答。",
        "习近平总书记指出，人才是第一资源。",
        "中国工程院院士领衔的团队入驻园区。",
        "记者 张小明 通讯员 李大海",
        "引进全日制博士、海外教授和国内专家。",
        "老师和家长高度重视，干部应邀参加。",
    ],
)
def test_common_words_leaders_and_reporters_are_no_people(sentence: str) -> None:
    assert values(sentence, "person") == []


@pytest.mark.parametrize(
    ("sentence", "parties"),
    [
        (
            "西宁市与西北师范大学、兰州大学2所高校签订人才引育合作协议。",
            ["西宁市", "西北师范大学", "兰州大学"],
        ),
        ("甘肃、青海、宁夏三省区签署人才协作框架协议。", ["甘肃省", "青海省", "宁夏回族自治区"]),
        ("雪峰市总工会与河谷技师学院签约。", ["雪峰市总工会", "河谷技师学院"]),
        ("会上，雪峰人才发展中心与河谷职业大学签订培养协议。", ["雪峰人才发展中心", "河谷职业大学"]),
        ("贵州大学与贵阳市人民政府签署战略合作协议。", ["贵州大学", "贵阳市人民政府"]),
        (
            "拉萨市与北京市、江苏省人力资源和社会保障厅签订人才援藏合作协议。",
            ["拉萨市", "北京市", "江苏省人力资源和社会保障厅"],
        ),
        ("西宁市携手兰州市、海东市共同打造人才联盟。", ["西宁市", "兰州市", "海东市"]),
        ("按照南京西宁两市人才帮扶合作计划推进。", ["南京市", "西宁市"]),
    ],
)
def test_cooperation_has_all_its_parties(sentence: str, parties: list[str]) -> None:
    (fact,) = facts_of(sentence, "cooperation")
    assert fact.fields["parties"] == parties
    assert fact.fields["form"]


@pytest.mark.parametrize(
    "sentence",
    [
        "西宁市邀请南京市10名医疗专家开展“小组团”帮扶。",
        "省教育厅与企业加强沟通。",
        "市委组织部、市人社局联合举办校园招聘会。",
        "西宁市与去年同期相比引进人才增长10%。",
    ],
)
def test_visits_and_comparisons_are_no_cooperation(sentence: str) -> None:
    assert facts_of(sentence, "cooperation") == []


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("牧区医院院长额尔敦图雅翻开登记簿。", "额尔敦图雅"),
        ("旗人社局局长孟和巴图摇了摇头。", "孟和巴图"),
        ("河谷矿机集团数控铣工佟志明，今年夺冠。", "佟志明"),
        ("雪峰茶厂质检员兰晓燕，干了二十年。", "兰晓燕"),
        ("实验基地主任柳建业并不回避。", "柳建业"),
        ("省级非遗传承人占国平打开窑门。", "占国平"),
        ("雪峰大学讲师裴以文，两年后再来。", "裴以文"),
        ("27岁的缅甸小伙吴山·丁昂是首批学员。", "吴山·丁昂"),
        ("河谷大学教授费志平请来了团队。", "费志平"),
    ],
)
def test_a_post_is_any_word_for_one_and_a_name_any_that_is_made_like_one(sentence: str, name: str) -> None:
    assert values(sentence, "person") == [name]


@pytest.mark.parametrize(
    "sentence",
    [
        "他的徒弟从茶厂到学院有上百人。",
        "学员从车间走到课堂。",
        "45家高成长企业落户，工程建设加快。",
        "博士占比超过一半。",
    ],
)
def test_a_way_and_a_share_are_no_people(sentence: str) -> None:
    assert values(sentence, "person") == []
