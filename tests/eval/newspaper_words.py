"""Words for made newspaper pages: own sentences about talent work, endless and the same for the same seed."""

from __future__ import annotations

import random

_SPACED = {
    "place": "河谷市 云岭县 白塔州 青岩区 石泉县 长滩镇 金川市 南湖区 东坪县 雪山州 柳林镇 沙洲市",
    "who": "组织部 人才办 科技局 教育局 卫健委 农科院 开发区 产业园 职业学院 人民医院 创新中心 企业协会",
    "done": "举办 推出 启动 建成 完善 落实 发布 开展 设立 优化",
    "what": "引才对接会 青年人才驿站 博士服务站 技能大师工作室 专家服务团 安家补贴办法 校企合作协议 "
    "人才公寓 项目路演 导师帮带计划 科研平台 培训班 柔性引才清单 揭榜挂帅项目",
    "field": "盐湖化工 绿色算力 清洁能源 高原医学 生态农牧 装备制造 文化旅游 数字经济 中藏药 新材料",
    "ending": "成效明显 渠道越来越宽 群众十分认可 发展后劲更足 人才安心扎根 服务更有温度 合作不断加深",
}
_CHOICES = {name: text.split() for name, text in _SPACED.items()}
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN = ("小雨", "大江", "文", "海燕", "国栋", "静", "明远", "桂兰", "春晓", "立", "思源", "新民", "雪", "长河")
_PATTERNS = (
    "{month}月{day}日，{place}{who}{done}{what}，{n}名{field}领域人才到场，签订意向{m}份。",
    "今年以来，{place}围绕{field}产业，{done}{what}{m}个，带动就业{n}人，{ending}。",
    "“过去最愁的是没有{field}方面的帮手，”{name}说，“现在{who}把{what}送到了门口。”",
    "据{place}{who}介绍，{year}年全年引进{field}人才{n}名，比上年增长{p}%，{ending}。",
    "{name}来自{place}，从事{field}研究{m}年，如今牵头的{what}已经{done}第{m}批。",
    "走进{place}的{what}，{n}名技术人员正忙着调试设备；隔壁的会议室里，{who}的{name}在讲解政策。",
    "为了解决{field}企业的难题，{who}组织{m}个小组下沉一线，收集需求{n}条，办结{p}条。",
    "{place}把{what}写进年度清单，由{who}牵头，每月调度、每季通报、年底考核，{ending}。",
    "从{year}年起，{who}每年拿出{n}万元，对{what}给予补助，最高可达{m}万元！",
    "怎样让人才留得下、干得好？{place}的回答是{done}{what}，并为{n}户家庭办好入学和就医。",
    "《{place}{field}人才{done}方案》提出，到{year}年建设{what}{m}处，服务企业{n}家（次）。",
    "下一步，{place}将继续{done}{what}，让{field}人才与产业同频共振，{ending}。",
)
_TITLES = (
    "{place}{done}{what}",
    "{field}人才汇聚{place}",
    "{place}：{what}助力{field}",
    "{n}名{field}人才落户{place}",
    "{what}“搬”进{place}车间",
    "{who}{done}{field}{what}",
)


def subjects(pick: random.Random, number: int) -> list[dict[str, str]]:
    """Subjects of so many articles, no place, field or measure twice."""
    drawn = {name: pick.sample(_CHOICES[name], number) for name in ("place", "field", "what")}
    return [{name: drawn[name][at] for name in drawn} for at in range(number)]


class Words:
    """Sentences, titles and names from one seed; nothing is said twice in the same way for long."""

    def __init__(self, random_numbers: random.Random, **subject: str) -> None:
        """`subject` (place, field, what) is spoken of three times out of four."""
        self._random = random_numbers
        self._choices = {
            name: [subject[name]] * 3 * len(words) + words if name in subject else words
            for name, words in _CHOICES.items()
        }

    def name(self) -> str:
        """A person's name of two or three characters."""
        return self._random.choice(_FAMILY) + self._random.choice(_GIVEN)

    def sentence(self) -> str:
        """One sentence with numbers of its own, 25 to 70 characters."""
        return self._filled(self._random.choice(_PATTERNS))

    def short(self) -> str:
        """A sentence of less than a line."""
        return self._filled("到场{n}人。")

    def title(self) -> str:
        """A headline of 8 to 18 characters."""
        return self._filled(self._random.choice(_TITLES))

    def kicker(self) -> str:
        """The line above a headline."""
        return self._filled("{place}聚焦{field}产业引才聚才")

    def subtitle(self) -> str:
        """The line below a headline, with its dash."""
        return self._filled("——{place}{who}{done}{what}观察")

    def subhead(self) -> str:
        """A short heading between the paragraphs of an article, 6 to 9 characters."""
        return self._filled(self._random.choice(("{done}{what}", "聚力{field}", "{field}结出新果")))[:11]

    def caption(self) -> str:
        """The words under a picture, with the photographer."""
        return self._filled("图为{place}{what}现场，{n}名{field}人才正在交流。本报记者 {name} 摄")

    def _filled(self, pattern: str) -> str:
        pick = self._random
        return pattern.format(
            **{name: pick.choice(words) for name, words in self._choices.items()},
            name=self.name(),
            year=pick.randint(2016, 2029),
            month=pick.randint(1, 12),
            day=pick.randint(1, 28),
            n=pick.randint(11, 987),
            m=pick.randint(2, 48),
            p=pick.randint(3, 89),
        )
