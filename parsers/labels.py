"""Label lines of articles: 来源：… 作者：… 发布时间：… 编辑：… → a dictionary of what is known."""

from __future__ import annotations

import re

from parsers.dates import printed_date

_WORDS = {
    "origin": "来源于|文章来源|新闻来源|信息来源|本文来源|内容来源|稿件来源|来源|來源|稿源|出处|转自|摘自|供稿单位",
    "authors": "文章作者|本文作者|原作者|作者|撰稿人|撰稿|撰文|执笔|记者|通讯员|采写|文字|记者姓名",
    "editor": "责任编辑|責任編輯|责编|編輯|编辑|網編|网编|值班编辑|本期编辑|实习编辑|见习编辑",
    "published": (
        "发布时间|发布日期|发表时间|发表日期|发文时间|更新时间|更新日期|时间|日期|成文日期|录入时间|添加时间|發佈時間"
    ),
    "": (
        "一审|三审|主编|主题分类|二审|人气|作者单位|信息分类|值班主任|值班总编|关键字|"
        "关键词|分享|分享到|分类|初审|发布人|发布单位|发布机构|发布者|图|图片|字体|"
        "字体大小|字号|审核|审稿|审签|总编辑|所属栏目|打印|打印本页|摄影|收藏|文号|"
        "标签|栏目|校对|浏览|浏览人数|浏览次数|浏览量|点击|点击数|点击率|点击量|热度|"
        "电话|监制|策划|索引号|纠错|终审|统筹|编审|视频|访问次数|访问量|评论|评论数|"
        "责任校对|邮箱|阅读|阅读次数|阅读量"
    ),
}
_KEY_OF = {word: key for key, words in _WORDS.items() for word in words.split("|")}
_LABEL = re.compile(
    r"(?P<label>" + "|".join(sorted(_KEY_OF, key=len, reverse=True)) + r")"
    r"(?:\s*[:：︰]+\s*|(?<=编)\s*[|｜/／]\s*|(?<=编辑)\s*[|｜/／]\s*|(?<=来源)\s*[|｜/／]\s*|(?<=作者)\s*[|｜/／]\s*)"
)
_SPREAD = re.compile(r"(来|作|编|日|时|稿|责)[ \u3000]+(源|者|辑|期|间|编)(?=\s*[:：])")
_WRITER = re.compile(r"^[（(【\[]?\s*(?:文|撰文|执笔)\s*[/／|｜]\s*(?P<names>[^。，]{2,30}?)\s*[】\])）]?$")
_CLOSING = " \u3000\t\n\r|｜/[]【】()（）\xa0·-—"
_EMPTY = frozenset(("", "无", "未知", "暂无", "佚名", "匿名", "null", "admin", "none", "小", "大", "中"))


def read_labels(line: str) -> dict[str, str]:
    """The values of the known labels of `line`: keys origin, authors, editor, published (ISO 8601).

    Labels that are unknown, empty or say nothing of the article (浏览量, 字号, 打印) give nothing.
    """
    line = _SPREAD.sub(r"\1\2", line)
    found: dict[str, str] = {}
    matches = list(_LABEL.finditer(line))
    ends = [*(match.start() for match in matches[1:]), len(line)][: len(matches)]
    for match, end in zip(matches, ends, strict=True):
        key = _KEY_OF[match["label"]]
        value = _value(key, line[match.end() : end])
        if key and value and key not in found:
            found[key] = value
    writer = _WRITER.match(line.strip())
    if writer and "authors" not in found:
        found["authors"] = writer["names"].strip()
    return found


def is_label_line(line: str) -> bool:
    """Whether `line` is nothing but labels and their short values: it is no sentence of an article."""
    text = _SPREAD.sub(r"\1\2", line.strip(_CLOSING))
    match = _LABEL.match(text)
    if not match or len(text) > 160:
        return False
    values = _LABEL.split(text)[2::2]
    return all(len(value.strip()) <= 32 and not re.search(r"[。！？，]", value) for value in values)


def _value(key: str, text: str) -> str | None:
    text = text.strip(_CLOSING).strip()
    if key == "published":
        return printed_date(text)
    text = re.split(r"\s{3,}|\t|\n|[|｜]\s|[）)】\]](?=\s|$)", text, maxsplit=1)[0].strip(_CLOSING)
    if key == "origin":
        text = _origin(text)
    elif key == "editor":
        text = re.split(r"\s{2,}|[。]", text)[0].strip()
    if text.lower() in _EMPTY or len(text) > (80 if key == "authors" else 40):
        return None
    return text


def _origin(text: str) -> str:
    text = re.split(r"\s*(?:(?:19|20)\d\d\s*[-年/.]|字号|分享|打印|我要|点击|评论|浏览)", text, maxsplit=1)[0]
    text = re.split(r"\s+(?=\S)", text.strip(_CLOSING), maxsplit=1)[0] if re.search("[\u4e00-\u9fff]", text) else text
    return re.sub(r"[（(][\u4e00-\u9fff]{2,3}[)）]?$", "", text.strip(_CLOSING).strip("，。,;； "))
