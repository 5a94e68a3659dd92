"""Numbers of other matters in a report on everything: jobs, schools, roads, beds and investment are no talent work.

A word that only such matters have (城镇新增就业, 养老床位, 农村公路) speaks for itself. One that talent work has too
(学位, 项目, 投资, 贷款) is another matter's where its paragraph holds one of the former and its measure names
nobody and nothing of talent work. What a body says of its size beside its year of birth (始建于1948年，在校生…) is no
work at all.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ALWAYS = re.compile(
    "城镇[^，。；]{0,4}就业|失业|养老(?:床位|机构)|托位|托育|农村公路|公路$|绿电|绿化|供暖|供水|燃气|老旧小区|棚户区|厕所|停车位|"
    "公交|班次$|加开|(?:产品|使用|设备)寿命|单价|售价|"
    "算力规模|义务教育|学前教育|低保|医保|粮食|化肥|污水"
)
_INVESTED = re.compile("(?:产业|固定资产|工业|民间|技改|房地产)投资(?:同比)?(?:增长|增速|$)")
_OF_PUBLIC = re.compile(
    f"{_ALWAYS.pattern}|地区生产总值|公共预算|固定资产|社会消费品|城镇化|空气质量|常住人口|居民[^，。；]{{0,4}}收入"
)
_SHARED = re.compile("就业$|学位|学校|床位|贷款|投资|项目$|驿站|小区|道路|广场|公园|住房$|占比|面积")
_TALENT = re.compile(
    "[才师匠医博硕士生]|专家|教授|干部|引进|招聘|培训|技能|科研|研发|科技|技术|成果|专利|创新|创业平台|公寓|技校|岗位"
)
_BORN = re.compile("(?:始建|创建|创办|组建|成立|建校|兴建)于")
_SIZE = re.compile("在校生|本科专业|专业$|教学单位|学科门类|占地|校园|馆藏|图书|床位|科室|校区")


def is_other_matter(body: str, begin: int, position: int, measure: str) -> bool:
    """Whether the number at `position`, whose clause begins at `begin`, counts another matter than talent work."""
    if "投资" in measure and _INVESTED.search(measure):
        return True
    talent = _TALENT.search(measure) is not None
    if (not talent or "在校生" in measure) and _SIZE.search(measure) and _BORN.search(_sentence(body, position)):
        return True
    if talent:
        return False
    if _ALWAYS.search(body[begin:position] + measure):
        return True
    start = body.rfind("\n", 0, position) + 1
    return _SHARED.search(measure) is not None and _is_public(body, start)


@lru_cache(maxsize=8)
def _is_public(body: str, start: int) -> bool:
    """Whether the paragraph that begins at `start` tells of matters that are no talent work."""
    end = body.find("\n", start)
    return _OF_PUBLIC.search(body, start, end if end >= 0 else len(body)) is not None


def _sentence(body: str, position: int) -> str:
    begin = max(body.rfind(mark, 0, position) for mark in "。\n") + 1
    ends = [at for mark in "。\n" if (at := body.find(mark, position)) >= 0]
    return body[begin : min(ends, default=len(body))]
