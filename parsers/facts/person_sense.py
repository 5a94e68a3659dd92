"""A person read in a sentence, and whether characters can be a name where a person is named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from parsers.facts.roles import ROLE
from parsers.person_names import is_made_like_a_name, looks_like_name

HAN = "\u4e00-\u9fff"
NO_NAME = frozenset(resources.files("parsers").joinpath("data/not_names.txt").read_text("utf-8").split())
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "令狐", "慕容", "司徒", "端木", "夏侯")
_LEADERS = ("习近平", "毛泽东", "邓小平", "江泽民", "胡锦涛", "李克强", "温家宝")  # cited in set phrases
PLAIN_SURNAME = re.compile(
    "[王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱"
    "秦江史顾侯邵孟龙段钱汤尹黎易武乔贺赖龚文高常于任万闫芦祁韦申耿冶牛鲍裴岳柳祝詹殷毕俞靳霍翟葛齐邢柯莫庄鲁晏骆尚]"
)
ORG = re.compile(
    rf"([{HAN}A-Za-z·（）]{{1,30}}(?:委员会|常委会|大学|学院|研究院|研究所|科学院|工程院|医学院|医院|医科院|"
    rf"党校|学校|中学|小学|[省市县区州旗]委(?!书记|副书记|常委)(?:[{HAN}]{{2,6}}[部办])?|"
    r"政府|(?:(?<!干)部|(?<![一两这某])所|[厅局委署处院室科])(?!长|士|员|主任|会)|办公室|集团|公司|合作社|协会|"
    r"学会|商会|联盟|中心|基地|银行|"
    r"组织部|人才办|联合会|领导小组|开发区|园区|管委会|服务团|"
    r"[省市县区州镇乡村](?!长|委|级|内)|企业|车间|台|馆|站|工作组)(?!长))"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name in a sentence with what was read of it; `begin` is where the role or organisation before it begins."""

    name: str
    start: int
    end: int
    role: str
    organisation: str
    begin: int


def plausible(name: str) -> bool:
    """Whether `name` can be one behind a role or a mark: no common word, no office, no place of work."""
    if name in NO_NAME or name[:2] in NO_NAME or name[0] in "和与" or re.search("[你我他她们这那哪您谁]", name):
        return False
    if "·" in name:
        return not ROLE.search(name)
    if "了" in name or ROLE.match(name):  # 代表发…, 解答了
        return False
    if re.search("[不还也都而且就会被把某很以在从对给到用]", name[1:]) and not is_made_like_a_name(name):
        return False
    if name[0] == "从" or (len(name) == 3 and name[-1] in "厂店铺坊场"):  # 徒弟从瓷厂到院校: no name, a way
        return False
    if name.startswith(_LEADERS) or name.endswith(("大学", "学院", "医院", "中学", "小学")):
        return False
    if name[-1] in "院校部局厅委处县市区学" and (len(name) == 2 or not PLAIN_SURNAME.match(name)):
        return False
    if len(name) > 2 and name.startswith(DOUBLE_SURNAMES):
        return True
    if len(name) == 3 and name[-1] in "科台庄村" and PLAIN_SURNAME.match(name):
        return True
    if is_made_like_a_name(name):
        return True
    return looks_like_name(name) and (len(name) > 2 or bool(PLAIN_SURNAME.match(name)))
