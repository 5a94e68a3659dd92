"""Random queries: a tree, and one of the many ways in which a person may write it."""

from __future__ import annotations

import random

from opencc import OpenCC

from parsers.query import And, Field, Figure, Near, Not, Or, Query, Word, normal, runs
from tests.db import query_archive as made

_WIDE = {ord("("): "（", ord(")"): "）", ord(":"): "：", ord('"'): "“", ord("|"): "｜", ord(">"): "＞", ord("-"): "－"}
_NAMES = {
    "title": ("title", "标题", "TITLE"), "place": ("place", "地区"), "source": ("source", "站点"),
    "origin": ("origin", "来源"), "author": ("author", "作者"), "theme": ("theme", "主题"), "type": ("type", "类型"),
    "policy": ("policy", "政策"), "person": ("person", "人物"), "org": ("org", "机构"), "after": ("after", "起始"),
    "before": ("before", "早于"), "has": ("has", "含有"), "is": ("is", "状态"), "figure": ("figure", "指标"),
    "near": ("near", "邻近"),
}  # fmt: skip
_SHORT = {
    "西宁市": "西宁",
    "海东市": "海东",
    "海西蒙古族藏族自治州": "海西州",
    "兰州市": "兰州",
    "青海省": "青海",
    "甘肃省": "甘肃",
}
_HAS = {"figure": "数据", "policy": "政策", "person": "人物", "cooperation": "合作", "fact": "事实", "flag": "存疑",
        "repair": "修复", "author": "作者", "origin": "来源", "event": "活动"}  # fmt: skip
_IS = {"repost": "转载", "first": "首发", "only": "独家", "gone": "已撤", "changed": "改过", "mirror": "镜像",
       "traditional": "繁体"}  # fmt: skip
_TRADITIONAL = OpenCC("s2t")


class Writer:
    """Makes queries out of `dice`; `texts` are those that words are cut from."""

    def __init__(self, dice: random.Random, texts: list[str]) -> None:
        self.dice = dice
        self.texts = texts

    def query(self, level: int = 0) -> tuple[Query, str]:
        """A tree and its text; the text of an Or is in brackets below the top."""
        kind = self.dice.random()
        if level >= 3 or kind < 0.45:
            return self.leaf()
        if kind < 0.55:
            tree, text = self.query(level + 1)
            bracketed = text if isinstance(tree, Word | Field | Near | Figure) and " " not in text else f"({text})"
            return Not(tree), self.dice.choice(("-", "NOT ", "非 ")) + bracketed
        parts = [self.query(level + 1) for _ in range(self.dice.randint(2, 3))]
        if kind < 0.8:
            return And(tuple(tree for tree, _ in parts)), self.dice.choice((" ", "  ", " AND ", " 且 ")).join(
                f"({text})" if isinstance(tree, Or | And) else text for tree, text in parts
            )
        joined = self.dice.choice((" OR ", " | ", " 或 ")).join(
            f"({text})" if isinstance(tree, Or) else text for tree, text in parts
        )
        return Or(tuple(tree for tree, _ in parts)), joined

    def written(self) -> tuple[Query, str]:
        """A query as somebody typed it: sometimes with full-width marks."""
        tree, text = self.query()
        return tree, text.translate(_WIDE) if self.dice.random() < 0.2 else text

    def leaf(self) -> tuple[Query, str]:
        kind = self.dice.random()
        if kind < 0.35:
            word = self._word()
            return Word(normal(word)), self._typed(word)
        if kind < 0.45:
            word = self._word()
            return Word(normal(word), "title"), f"{self._name('title')}:{self._typed(word)}"
        if kind < 0.52:
            return self._near()
        if kind < 0.65:
            return self._figure()
        return self._field()

    def _name(self, field: str) -> str:
        return self.dice.choice(_NAMES[field])

    def _word(self) -> str:
        while True:
            text = self.dice.choice(self.texts)
            start = self.dice.randrange(len(text))
            word = text[start : start + self.dice.randint(1, 8)].replace("“", "").replace("”", "").strip()
            if runs(normal(word)) and normal(word) not in ("或", "且", "非"):
                return word

    def _typed(self, word: str) -> str:
        """Quoted, or bare when nothing in it is syntax; sometimes in Traditional characters."""
        bare = word.isalnum()
        if self.dice.random() < 0.2 and normal(changed := _TRADITIONAL.convert(word)) == normal(word):
            word = changed
        return word if bare and self.dice.random() < 0.7 else f'"{word}"'

    def _near(self) -> tuple[Query, str]:
        words = [self.dice.choice(made.WORDS).strip("“”") for _ in range(self.dice.randint(2, 3))]
        distance = self.dice.choice((0, 3, 10, 30))
        text = " ".join(f'"{word}"' for word in words)
        return Near(tuple(map(normal, words)), distance), f"{self._name('near')}:{distance}({text})"

    def _figure(self) -> tuple[Query, str]:
        measure = self.dice.choice((*made.MEASURES, ""))
        unit = self.dice.choice(("", "", "名", "人", "项", "元", "%"))
        value = self.dice.choice((50, 100, 15000))
        printed = "1.5万" if value == 15000 else str(value)
        kept = {"人": "名"}.get(unit, unit)
        name = self._name("figure")
        kind = self.dice.randrange(7 if measure else 6)
        low, high, beyond, text = (
            (value, None, True, f">{printed}{unit}"),
            (value, None, False, f">={printed}{unit}"),
            (None, value, True, f"<{printed}{unit}"),
            (None, value, False, f"≤{printed}{unit}"),
            (value, value, False, f"={printed}{unit}"),
            (50, value + 100, False, f"=50..{value + 100}{unit}"),
            (None, None, False, ""),
        )[kind]
        return Figure(measure, low, high, beyond, kept if text else ""), f"{name}:{measure}{text}"

    def _field(self) -> tuple[Query, str]:
        values: dict[str, tuple[tuple[str, str], ...]] = {
            "place": tuple((place, _SHORT.get(place, place)) for place in made.PLACES),
            "source": (("qhnews", "qhnews"), ("青海", "青海"), ("西宁晚报", "西寧晚報"), ("xnwb", "xnwb")),
            "origin": (("青海日报", "青海日报"), ("qh", "QH"), ("晚报", "晚报")),
            "author": (("王", "王"), ("李四", "李四"), ("alice", "Ａlice")),
            "theme": tuple((theme, theme) for theme in made.THEMES),
            "type": (("消息", "消息"), ("署名文章", "署名文章"), ("政策", "政策")),
            "policy": (("措施", "措施"), ("昆仑英才", "崑崙英才"), ("海东市引才办法", "海东市引才办法")),
            "person": tuple((name, name) for name in made.PEOPLE),
            "org": (("组织部", "組織部"), ("西宁", "西宁"), ("人社局", "人社局")),
            "after": (("2023", "2023"), ("2024-03", "2024年3月"), ("2024-03-18", "2024-3-18")),
            "before": (("2025", "2025"), ("2024-07", "2024/07"), ("2023-02-28", "20230228")),
            "has": tuple(_HAS.items()),
            "is": tuple(_IS.items()),
        }
        name = self.dice.choice(list(values))
        chosen = [self.dice.choice(values[name]) for _ in range(self.dice.choice((1, 1, 1, 2)))]
        leaves = tuple(Field(name, kept) for kept, _ in chosen)
        if len(leaves) == 1:
            return leaves[0], f"{self._name(name)}:{self.dice.choice(chosen[0])}"
        return Or(leaves), f"{self._name(name)}:({' OR '.join(typed for _, typed in chosen)})"
