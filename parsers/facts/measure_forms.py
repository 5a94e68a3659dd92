"""The normal form of a measure, in which the same one lines up over years and places."""

from __future__ import annotations

import re
from functools import lru_cache

_NORMAL = tuple(
    (re.compile(pattern), normal)
    for pattern, normal in (
        (
            r"^(?:新(?=引进|引育|签约|招聘|培养|认定|设立|成立|选派)|成功|精准|深度|全面|大力|积极|推动|继续|持续|首次|集中|联合|组织(?=选派|开展))+",
            "",
        ),
        (r"全[省市州县区]|[省市州县区]级|各[类级]|一批|优秀|知名|相关|急需紧缺|领域的?|[了的]", ""),
        (r"^(?:培养培训|培育)", "培养"),
        (r"^(?:签订|签署)", "签约"),
        (r"^(?:选派|派出|派遣|输送)", "选派"),
        (r"^(?:举行|召开)", "举办"),
        (r"^(?:建立|新建|设立|成立|组建|打造|搭建|创建|建设|共建|命名)", "建成"),
        (r"^(?:兑现|拨付|落实)(?=.*(?:资金|补贴|津贴|经费|奖))", "发放"),
        (r"^(?:安排|筹集|争取)", "投入"),
        (r"^(?:引育|引聚|集聚|吸引)(?!区)", "引进"),
        (r"^(?:招录|招募)", "招聘"),
        (r"^(?:推出|制定|提出)(?=.*(?:政策|措施|举措|办法|方案|细则|意见)$)", "出台"),
        (r"^联系服务", "服务"),
        (r"专家人才|专家学者|专家人员", "专家"),
        (r"人才人才", "人才"),
    )
)


@lru_cache(maxsize=1024)
def normal_measure(measure: str) -> str:
    """The form in which one measure is the same over years and places: synonyms of the verb are one, levels go.

    新建省级院士工作站 and 设立院士工作站 are both 建成院士工作站. Never empty: the measure itself if nothing is left.
    """
    normal = measure
    for pattern, form in _NORMAL:
        normal = pattern.sub(form, normal)
    return normal if len(normal) >= 2 else measure
