"""Numbers that stand in an article on talent work and say nothing about it, two of each sort; and what looks alike."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of


def _numbers(text: str) -> list[float]:
    found = (fact.fields["value_low"] or fact.fields["value_high"] for fact in facts_of(text, "figure"))
    return [float(number) for number in found]


@pytest.mark.parametrize(
    "text",
    [
        "全县总面积1240平方公里，户籍人口38万人。",
        "该区耕地面积52万亩，粮食年产量30万吨。",
        "这里的铸件年产值90亿元，占全国的两成。",
        "该市现有工业企业4300家，规上工业总产值770亿元。",
        "去年全国高校毕业生达1076万人。",
        "我国每年新增专利400万件。",
        "“我那年只带了2个箱子、300元钱。”她说。",
        "“2009年办厂时，车间里只有6台机器。”厂长回忆。",
        "以前办一张卡要跑4个部门，交9份材料。",
        "过去评一次职称，要准备5套材料。",
        "老师傅正带着3名徒弟拆解电机。",
        "她抱着2本厚厚的记录走进来。",
        "他谢绝了5家公司的邀请。",
        "他放弃了上海3家企业的职位。",
        "持卡人可免费游览全市22个景区。",
        "凭证可免费乘坐11条公交线路。",
        "每人限报1个岗位。",
        "笔试成绩占50%，面试成绩占50%。",
        "工资6000元的年轻人租不起房。",
        "某沿海城市一年发了3亿元补贴。",
        "有的地方一年出台15个文件。",
        "每引进1名博士，奖励中介机构2万元。",
        "实现16个县市全覆盖。",
        "领导小组下设5个专项工作组。",
        "与会人员参观了3家企业。",
        "在本地创办企业并带动5人以上就业的，发放创业补贴2万元。",
        "申报人近3年主持省级以上课题1项以上，或以第一作者发表论文4篇以上。",
        "会议听取了6家单位的汇报，审议了4项议题。",
        "申报企业近两年新增就业8人以上。",
        "报名表一式3份，报人社局。",
        "提供120平方米以下的人才公寓。",
        "按行业标准每10万人要配4名医生。",
        "专员每人联系6家企业。",
        "研究生每来5个就走2个。",
        "去年某区上报引才320人。",
        "同学聚会那天，全班40人只来了一半。",
        "大学同班28人，留在西部的不多。",
        "新品种亩均增产三成。",
        "森林覆盖率62.5%的城市，留得住人。",
        "等待的时间比邻县长出一倍。",
        "隔壁省份一个县曾许诺重金，来了40名博士。",
        "三家医院轮流派来医生。",
        "材料散在7个部门的网页上。",
        "理事长领着村民种下600亩脐橙。",
    ],
)
def test_a_number_of_another_world_is_no_figure(text: str) -> None:
    assert _numbers(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("专家团队帮助企业新增产值2.3亿元。", [230_000_000]),
        ("推广新品种，带动农户人均增收1800元。", [1800]),
        ("建成人才公寓1.5万平方米。", [15_000]),
        ("服务规上企业310家。", [310]),
        ("来自全国37所高校的博士参会。", [37]),
        ("以前无人问津，现在引进博士26名。", [26]),
        ("过去三年引进硕士410人。", [410]),
        ("走访企业120家，解决问题64个。", [120, 64]),
        ("服务队走进19个乡镇。", [19]),
        ("为每名新教师配备2名导师。", [2]),
        ("上海来的14家医院派出专家230人次。", [14, 230]),
        ("引进博士120名，同比增长8.5%。", [120, 8.5]),
        ("引才专列开进9座城市。", [9]),
    ],
)
def test_what_talent_work_brings_about_is_a_figure_whatever_it_is_counted_in(text: str, numbers: list[float]) -> None:
    assert _numbers(text) == numbers


def test_the_number_of_a_place_that_is_compared_with_is_none() -> None:
    body = "安庆市引进博士210名。\n与先进城市相比，安庆市仍有差距：合肥市一年引进博士3900名，而我市仅为210名。"
    assert 3900 not in _numbers(body)
    assert _numbers("合肥市与安庆市结对，合肥市选派医生40名。") == [40]


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("新增工程中心19家，总数达124家。", ["新增工程中心", "工程中心总数"]),
        ("签约博士87人、硕士43人，分别增长35%和21%。", ["签约博士", "签约硕士", "签约博士增长", "签约硕士增长"]),
        ("实施“陇原工匠”计划，每年遴选20名。", ["遴选陇原工匠"]),
        ("开设“卓越工程师班”，招生120人。", ["卓越工程师班招生"]),
        ("建成公租房4.2万套（间）。", ["建成公租房"]),
        ("选派30名医疗、教育专家。", ["选派医疗、教育专家"]),
    ],
)
def test_a_number_without_a_noun_of_its_own_has_that_of_what_it_belongs_to(text: str, measures: list[str]) -> None:
    assert [fact.fields["measure"] for fact in facts_of(text, "figure")] == measures


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("对新引进的博士，补贴标准由10万元提高至16万元。", 160_000),
        ("全职引进的博士，安家费40万元，分3年发放。", 400_000),
        ("取得高级工证书的，按2000元标准给予补贴。", 2000),
        ("获得省级技能大奖的奖励5万元。", 50_000),
        ("对柔性引进人才按劳动报酬的20%予以补助，每人每年不超过8万元。", 80_000),
    ],
)
def test_an_incentive_is_what_is_given_now_to_whoever_it_is_for(text: str, amount: float) -> None:
    assert [fact.fields["amount"] for fact in facts_of(text, "incentive")] == [amount]


@pytest.mark.parametrize("text", ["落实人才住房补贴6.2亿元。", "已为31名青年发放创业贷款1150万元。"])
def test_what_was_paid_out_in_all_is_a_figure_and_no_incentive(text: str) -> None:
    assert facts_of(text, "incentive") == []
    assert len(facts_of(text, "figure")) >= 1


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("河北省对口支援阿里地区。", ["河北省", "阿里地区"]),
        ("天津医院“组团式”帮扶昌都医院。", ["天津医院", "昌都医院"]),
        ("宜宾学院与长虹电器、五粮液等企业合作开设订单班。", ["宜宾学院", "长虹电器", "五粮液"]),
        ("泸州市与浙江省湖州市深化东西部协作。", ["泸州市", "湖州市"]),
    ],
)
def test_parties_are_cut_where_their_names_end(text: str, parties: list[str]) -> None:
    assert [fact.fields["parties"] for fact in facts_of(text, "cooperation")] == [parties]


def test_what_a_person_does_with_a_school_is_no_treaty_of_the_place() -> None:
    assert facts_of("大庆市的工匠很多。他与大庆职业学院结对。", "cooperation") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("工程师谭嘉伟盯着屏幕。", "谭嘉伟"),
        ("部长泽旺扎西告诉记者。", "泽旺扎西"),
        ("49岁的艾力·买买提蹲在地头。", "艾力·买买提"),
        ("（受访者：人才服务中心主任 雷鸣远）", "雷鸣远"),
    ],
)
def test_a_name_is_found_whatever_verb_follows(text: str, name: str) -> None:
    assert [fact.fields["name"] for fact in facts_of(text, "person")] == [name]


def test_an_event_has_the_date_of_its_own_and_not_that_of_what_it_plans() -> None:
    body = "会议召开：6月3日，南通市高层次人才座谈会召开，谋划2027年工作。"
    assert [fact.period for fact in facts_of(body, "event", published="2026-06-04")] == ["2026-06"]
    assert facts_of("“临江青年人才之夜”举行，300名青年参加。", "event")[0].fields["name"] == "“临江青年人才之夜”".strip(
        "“”"
    )
