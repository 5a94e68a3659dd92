"""Numbers that a rule or a requirement holds: what must be met, what belongs to each, how many copies are handed in.

They say what ought to be, not what talent work did: 近5年主持项目2项以上, 带动3人以上就业的，发放…, 每10万人配5名医生,
一式三份, 90平方米以下的公寓.
"""

from __future__ import annotations

import re

from parsers.quantities import Quantity

_OPENS = re.compile("免费(?:游览|乘坐|参观|观影|游玩|畅游|住宿|入住|停车)|优先(?:乘|游)")
_LIMITED = re.compile(
    r"(?:限报|限填|限选|只能|只可|不得|满分|须有|须满|应有|应满|需有|需满|可报考?|取前|得分)[^，。；]{0,3}$|"
    r"(?:出资|持股|自筹|自付|缴费|开考|招聘|面试)比例[^，。；]{0,4}$|报销[^，。；\d]{0,16}$|只需(?:出资|承担|支付|缴纳|自付)$|[寸份、](?:免冠)?[\u4e00-\u9fff]{0,6}(?:照片?|复印件|原件)$"
)
_CAPPED = re.compile(
    "(?:单个|单笔|单项|单户|同一|每[个家名])[\u4e00-\u9fff]{0,8}?(?:累计|年度|每年|全年|合计)?$"
)  # 单个单位累计不超过300万元
_FOR_EACH = re.compile(
    r"每(?:成功|新|柔性|全职|自主)*(?:引进|培养|推荐|新增|引荐|招聘|招收|吸纳|孵化|建成|介绍|带出|签约|认定)[^，。；\d]{0,6}$"
)
# a share of each: 每10万千瓦要配, 专员每人盯, 每来
_OF_EACH = re.compile(
    r"每(?:[\d.]+|[百千万亿两三])[^，。；]{0,8}$|"
    r"(?<![为给])每(?:[人名个位]|[家所][^，。；\d]{1,6})[^，。；\d年月]{0,6}?(?:盯|包|配|带|联系|服务|指导|帮|结对|限|交|写|报|填)[^，。；\d]{0,3}$|"
    r"(?<![\u4e00-\u9fff])[^，。；\d]{0,6}每[走来去招进](?:了)?$"
)
_ON_TABLE = re.compile("(?:听取|审议|研究|传达|讨论)(?:并通过)?了?$")  # what a meeting dealt with
_PARTS = re.compile("(?:下设|内设|分为|分设|下辖|划分为|共分|一式)$")
_RATE = re.compile(
    "(?:的?比例|的?标准)?(?:租金|房租|学费|给予|予以|奖励|补贴|补给|补助|资助|返还|贴息|收取|缴纳|核算|兑付|拨付)"
)  # of what is given
_FLAT = re.compile(
    "(?:左右|以上|以下|以内)?的?(?:拎包入住的?|精装修?的?|免费|免租)?(?:人才公寓|人才住房|住房|公寓|安居房|办公场地|"
    "办公用房|场地|周转房)"
)
# a condition ends in 的 before what is given: 带动3人以上就业的，发放…
_CONDITION = re.compile(
    r"[^，。；：\d]{0,14}的(?:[\u4e00-\u9fff]{0,8}(?:企业|单位|机构|个人|团队|人才|人员)?)(?:，|给予|发放|奖励|补|可|按|一次性|视)"
)
_GIVEN = re.compile("给予|发放|奖励|补贴|补助|资助|可申[报请]|享受|视为|认定|评为|按")
_LEAST = re.compile("以上|以内|以下|不少于|不低于|至少|满")
_TO_MEET = re.compile(
    r"近[\d一二两三四五十]+年(?:来|内)?(?:[须应]|曾|作为|以)?(?:主持|发表|承担|完成|获得?|参与|取得|累计|新增)|"
    r"(?:^|[，；、])(?:或者?|且|并且)(?:取得|获得|发表|主持|拥有)[^，。；]{0,16}$|"
    r"(?:以|作为|担任)?第一(?:作者|发明人|完成人|负责人)|(?:须|应当?|需|具[备有]|满足)[^，。；]{0,24}$|"
    r"(?:任职|从业|从事|工作)[^，。；]{0,12}满"
)


def is_required(text: str, quantity: Quantity, clause: str) -> bool:
    """Whether `quantity` of the sentence `text` belongs to a rule; `clause` is what stands before it in its clause."""
    after = text[quantity.end : quantity.end + 32]
    if (
        _OPENS.search(clause)
        or _LIMITED.search(clause)
        or ("每" in clause and (_FOR_EACH.search(clause) or _OF_EACH.search(clause)))
        or _PARTS.search(clause)
        or (quantity.low is None and quantity.unit == "元" and _CAPPED.search(clause))
        or _ON_TABLE.search(clause)
        or (quantity.unit == "平方米" and _FLAT.match(after))
        or (quantity.unit == "%" and _RATE.match(after))
    ):
        return True
    if quantity.unit == "元" or not _LEAST.search(text, max(0, quantity.start - 4), quantity.end + 2):
        return False
    if _TO_MEET.search(clause):
        return True
    return _CONDITION.match(after) is not None and _GIVEN.search(after) is not None
