"""Numbers that stand in an article on talent work and say nothing about it.

What the land and the economy are like, the nation's and other people's numbers, what somebody tells of himself or of
earlier days, what a card opens or a rule forbids, and what is only compared with. Results of talent work that are
counted in money or land (新增产值, 推广面积) are told by the deed that brings them about.
"""

from __future__ import annotations

import re

from parsers.facts.measures import Measure
from parsers.facts.requirements import is_required
from parsers.places import find_places
from parsers.quantities import Quantity

_HAN = "\u4e00-\u9fff"
_ECONOMY = re.compile(
    r"产值|增加值|生产总值|GDP|财政收入|预算收入|预算支出|交易[额量]|交易规模|市场规模|产业规模|产量|产能|销量|"
    r"销售[额量]|储量|"
    r"进出口|外贸|吞吐量|客流|游客|旅客|旅游收入|装机|发电|用电|耗电|能耗|房租|房价|均价|价格|工资|月薪|年薪|"
    r"收入$|人均收入|"
    r"可支配收入|营收|营业收入|主营业务|市值|税收|利润|市场份额|市场占有率|"
    r"人口(?!素质)|贫困|脱贫|土地|国土|投资额|面积|海拔|里程|距离|气温|降水|日照|车程|路程|森林覆盖|城镇化率|"
    r"蕴藏量|岸线|亩均增产|种下|栽下|零件|"
    r"耕地|草场|存栏|"
    r"种植$|养殖$|个体工商户"
)
_ENTERPRISES = re.compile(
    r"(?:(?<!高新技术)(?<!科技型中小)(?<!科技型)(?<!科技)(?<!创新型)(?<!小巨人)(?<!瞪羚)(?<!新)(?<!注册)(?<!在孵)(?<!孵化)(?<!入驻)(?<!入园)企业|"
    r"商户|工厂|厂家|门店|景区|景点|农家乐|民宿)$"
)
# a deed of talent work: what it brings about counts, whatever it is counted in
_DEED = re.compile(
    r"新增|带动|创造|创效|增收|增效|节约|节支|实现|推广|转化|成果|项目|技术|人才|专家|博士|建成|新建|惠及|服务|"
    r"培训|孵化|吸引|引进|试验|示范|"
    r"合同|选派|招收|走访|公寓|补贴|奖|基金|留学|毕业|大学生|创业|培育|签约|落户|入驻|对接|帮助|合作(?!社)|"
    r"参[加会展]|提供|开展|发放"
)
_ALWAYS_ECONOMY = re.compile(
    r"生产总值|GDP|财政收入|预算收入|工业总产值|增加值|进出口|常住人口|户籍人口|可支配收入|氧量|水量|客流|游客|海拔|"
    r"森林覆盖|城镇化率"
)
_NATURE = re.compile("森林覆盖|城镇化率|植被|湿度|含氧|空气质量|优良天数|[亩单]产|亩均增产|出油率|成活率|受精率")
_INDUSTRY = re.compile("(?:工业|规上|规模以上|制造|加工|外贸|生产|民营|小微|中小|市场)(?:工业)?企业$")
_PERSONS = frozenset(["名", "人", "位", "人次", "人年", "学时", "课时"])
_LAND_UNITS = frozenset(["亩", "公里", "平方公里", "公顷", "吨"])
_NATION = re.compile(
    r"^(?:数据显示|据统计|统计显示|据测算|去年|今年|目前|如今|当前|截至目前|(?:19|20)\d{2}[年届]?[底末]?|[\s：“])*"
    r"(?:全国|我国|全球|全世界|国内|全行业|发达国家|超大城市|大城市|一线城市|东部|沿海)"
    r"(?!首|率先|唯一|第|最|先进|优秀|劳模|[一二两三四五六七八九十\d]|各地|知名|重点|顶尖|技术能手|"
    r"名校|高校(?!毕业生)|“?双一流|211|985|工作|人才工作)"
)
_TALENT_DEED = re.compile(
    "人才|专家|博士|引进|招|聘|培训|走访|服务|联系|惠及|孵化|落户|入驻|参[加会展]|合作|对接|组织|带来|签约|"
    "覆盖|选派|帮扶|指导"
)
# what counts without a deed is at least a thing of talent work
_WORK = re.compile(
    r"才|专|博士|硕士|院士|教|医|师|匠|技|学|研|科|课|岗|职|站|室|基地|平台|中心|园|馆|公寓|住房|资金|经费|补|"
    r"贴|奖|基金|投资|项目|"
    r"成果|专利|论文|政策|措施|事项|单位|企业|高校|院校|机构|协议|合同|诉求|问题|意向|简历|材料|会|赛|场|班|证|"
    r"卡|码|品种|标准|分|席|"
    r"批|届|所|房|院|校|库|员|编制|点|队|团|组织|联盟|会员|场次|网点|窗口|小院|金|榜|手术|门诊|病|诊|作品|节目|"
    r"展|村|社|户|收益|效益|"
    r"产值|增|降|贷|入住|带动|服务"
)
_SOME = re.compile(
    "(?:某[\u4e00-\u9fff]{0,4}[市县地省区]|(?:有的|有些|一些|个别|某些|部分|别的|其他|兄弟|外地)(?:地方|地区|"
    "城市|企业|单位|省份|省市|县区|同志|干部|学校|人)?)|(?:隔壁|邻近|邻省|邻市|外省|外市|有(?!关)[一个座]*)[^，。；\\d]{0,4}?(?:城市|省份|市|县|省)"
)
_SOME_INSIDE = re.compile("某[一个些]?[市县省区地乡镇]|某[一-鿿]{1,3}[市县]")
_ABROAD = re.compile("旅居|侨居|分布在|遍布世界|每天有|每天都有|足迹遍布")
_HIS = re.compile("[他她](?!们|[乡山者])")
_OWN_UNITS = frozenset(["次", "元", "亩", "趟", "公里", "本", "个", "座", "套", "间", "斤", "只", "头"])
_EARLIER = re.compile("以前|从前|过去(?![的]?[一二两三四五六七八九十几\\d])|原来|原先|早些年|那时|曾经|当年|当初")
_TROUBLE = re.compile("要|得|需|才能|才|没|不|只|仅|难|跑|等|走")
_FIRST_PERSON = re.compile("我(?![省市州县区校院国厂村镇们所])|咱(?!们?[省市县区])|俺")
_THEN = re.compile("(?:19|20)\\d{2}年[^，。；“”]{0,14}时")
_REFUSED = re.compile("(?:谢绝|婉拒|拒绝|放弃|推掉)了?[^，。；]{0,6}$")
_SCHOOLMATES = re.compile("同班|同窗|同寝|全班|同学|同届|班上|一[家屋]老?小?|全家")
_SCENE = re.compile(rf"[带领守抱拿背扛端牵看指握围捧着陪]着(?:另外|身边的?|他的|她的|自己的)?[{_HAN}]{{0,2}}$")
_THOSE = ("两家", "两所", "两位", "两名", "三家", "三位")  # at the head of a clause: those named before
_FARTHER = re.compile("(?<![同环])比[^，。；]{1,10}?[长多高低快慢贵少早晚]出了?$")  # 比邻市长出一倍
_COMPARED = re.compile(r"(?:相差|差距|还差|尚差)[^，。；\d]{0,12}$")
_GRADUATES = re.compile(r"\d{4}届(?:全国)?(?:普通)?高校毕业生[^，。；\d]{0,6}$")  # counted for the nation only
_NATIONAL_SUM = 1e11  # 元: no province spends a hundred billion on talent
_MARKS = re.compile("成绩|得分|笔试|面试|总分|满分|折算")
_LOOKED_AT = re.compile("(?:观摩|参观|察看|考察)了?[^，。；\\d]{0,40}$")
_INSPECTED = re.compile(
    "(?:督导|调研|检查|巡察|督查|工作|评审|考察|考核|专项工作)组|[^，。；]{0,16}(?:进行|"
    "开展)(?:了)?(?:调研督导|督导|督查|检查|巡察)"
)
_OF_NATION = re.compile("占全[国球世]")
_TALENT = re.compile("[才师医专博研学技匠士生员]")
_WAGE = re.compile("(?:工资|月薪|年薪|月收入|年收入|房租|月租|租金|售价|单价|均价|票价)[^，。；]{0,4}$")
_PLACES = re.compile(
    "(?:县市区?|市州|市地州|地州市?|省区市|省[市份]|县区|区县|市县|乡镇|乡[、和]?村|街道|村|社区|城市|地市|"
    "盟市|旗县区?|设区市)"
    r"(?![级内外]|[^，。；\d]{0,4}?(?:干部|医生|教师|专员|[名个位家]))"
)
_REACHES = re.compile(
    "覆盖|涵盖|走进|深入|辐射|惠及|遍及|遍布|服务|走访|建[成立]|试点|示范|推广|巡回|送|驻|调研|慰问|设立|"
    "在$|拓展|对接|帮扶"
)


def is_elsewhere(text: str, quantity: Quantity, measure: Measure) -> bool:
    """Whether `quantity` of the sentence `text`, read as `measure`, belongs to another world than talent work."""
    before = text[: quantity.start]
    clause = before[max(before.rfind(mark) for mark in "，。；：") + 1 :]
    after = text[quantity.end : quantity.end + 24]
    return (
        _is_economy(clause, quantity, measure)
        or _is_told(text, quantity, clause, measure.verb)
        or _is_no_own(clause, before)
        or is_required(text, quantity, clause)
        or (clause.endswith("比") and "更" in after)
        or ("比" in clause and _FARTHER.search(clause) is not None)
        or _is_place(clause, after, quantity)
        or (not clause and text.startswith(_THOSE, quantity.start))
        or (quantity.unit == "元" and (quantity.low or quantity.high or 0) >= _NATIONAL_SUM)
        or (_OF_NATION.search(measure.title) is not None and not _TALENT.search(measure.title))
        or (quantity.unit in ("%", "分") and _MARKS.search(clause) is not None)
        or (quantity.unit in ("家", "个", "处") and (_LOOKED_AT.search(clause) or _INSPECTED.match(after)) is not None)
        or (quantity.unit == "元" and _WAGE.search(clause) is not None)
        or (quantity.high == 1 and quantity.low == 1 and not measure.verb and quantity.unit not in "%倍")
    )


def is_of_another_place(body: str, home: str, position: int) -> bool:
    """Whether the clause at `position` of the body tells what another place than `home` did, which is compared with."""
    paragraph = body.rfind("\n", 0, position) + 1
    if not _CONTRAST.search(body, max(paragraph, position - 120), position + 40):
        return False
    begin = max(body.rfind(mark, max(0, position - 200), position) for mark in "，。；：！？\n") + 1
    first = next(iter(find_places(body[begin : begin + 12])), None)
    own = next(iter(find_places(home)), None)
    if first is None or own is None or first.start > 0 or _COMES.match(body, begin + first.end):
        return False
    one, two = first.code.rstrip("0"), own.code.rstrip("0")
    return not one.startswith(two) and not two.startswith(one)


_COMES = re.compile("来的|派|选派|支援|援|帮|对口|组团|与我|同我")
_CONTRAST = re.compile(
    "相比|差距|而我[省市州县区]|标兵|先进(?:城市|地区)|对标|放眼|反观|纵观|环顾|别的地方|外地|他山之石|不如|"
    "落后于|赶超|追赶|同期|邻居|近邻|周边|隔壁|兄弟[市县]"
)


def _is_economy(clause: str, quantity: Quantity, measure: Measure) -> bool:
    said = clause + measure.title
    if _NATURE.search(measure.title):
        return True
    if (_ALWAYS_ECONOMY.search(measure.title) and quantity.unit != "%") or _INDUSTRY.search(measure.title):
        return not _TALENT_DEED.search(said)
    if _DEED.search(said):
        return False
    if quantity.unit in _LAND_UNITS or _ECONOMY.search(measure.title):
        return True
    if measure.verb or quantity.unit in _PERSONS or quantity.unit in ("%", "倍", "百分点", "个百分点"):
        return False
    return not _WORK.search(said) or (quantity.unit in ("家", "户", "个") and _follows(measure))


def _follows(measure: Measure) -> bool:
    return not measure.length and _ENTERPRISES.search(measure.title) is not None


def _is_told(text: str, quantity: Quantity, clause: str, measure_verb: str) -> bool:
    """What somebody tells of himself or of earlier days, and what is seen in a scene."""
    if _SCENE.search(clause) or _SCHOOLMATES.search(clause) or _REFUSED.search(clause) or _ABROAD.search(clause):
        return True
    if (
        quantity.unit in _OWN_UNITS
        and not measure_verb
        and not _DEED.search(clause)
        and _HIS.search(text, 0, quantity.start)
    ):
        return True
    opening = text.rfind("“", 0, quantity.start)
    spoken = text[opening : quantity.start] if opening > text.rfind("”", 0, quantity.start) else ""
    if spoken and (_FIRST_PERSON.search(spoken) or _EARLIER.search(spoken) or _THEN.search(spoken)):
        return True
    begin = max(text.rfind(now, 0, quantity.start) for now in ("现在", "如今", "目前", "眼下"))
    earlier = _EARLIER.search(text, 0, quantity.start)
    if not earlier or begin > earlier.start():
        return False
    return "由" not in clause and _TROUBLE.search(text, earlier.end(), quantity.start) is not None


def _is_no_own(clause: str, before: str) -> bool:
    if _NATION.match(clause) or _COMPARED.search(clause) or _GRADUATES.search(clause):
        return True
    begin = max(before.rfind(mark) for mark in "。；") + 1
    return any((_SOME.match(before, begin), _SOME.match(clause), _SOME_INSIDE.search(clause)))


def _is_place(clause: str, after: str, quantity: Quantity) -> bool:
    """Places are counted as what a deed reaches, else they only say where."""
    if quantity.unit == "个" and after.startswith(("部门的", "单位的", "部门之间")):
        return True
    return quantity.unit == "个" and (
        _PLACES.match(after) is not None and ("全覆盖" in after or not _REACHES.search(clause))
    )
