"""Label lines of articles: 来源：… 作者：… 发布时间：… 编辑：… → a dictionary of what is known."""

from __future__ import annotations

import re

from parsers.dates import printed_date, short_date

_FURNITURE, _SILENT = "furniture", ""  # labels of no use; labels of other things, which make no label line
_WORDS = {
    "origin": (
        "来源于|文章来源|新闻来源|信息来源|本文来源|内容来源|稿件来源|新闻稿源|来源|來源|稿源|出处|来自|转载自|转自|摘自|原载|供稿单位|原创|资讯来源|"
        "新聞來源|文章來源|资料提供单位"
    ),
    "authors": (
        "文章作者|本文作者|原作者|作者|撰稿人|撰稿|撰文|执笔|本报记者|记者|記者|通讯员|采写|文字|记者姓名|供稿人|供稿|投稿|投稿人|撰写|作者姓名|"
        "文/图|图/文|文图|图文"
    ),
    "editor": (
        "责任编辑|責任編輯|责编|編輯|编辑|網編|网编|值班编辑|本期编辑|实习编辑|见习编辑|责任编辑人|責編|页面编辑|网络编辑|文字编辑|新媒体编辑|微信编辑"
    ),
    "published": (
        "发布时间|发布日期|发布|出版|發佈|发表时间|发表日期|发稿时间|发稿日期|刊发时间|刊发日期|刊登日期|刊登时间|见报日期|发布于|发表于|编发时间|上传时间|"
        "上传日期|创建时间|创建日期|录入时间|录入日期|添加时间|添加日期|公布日期|公布时间|公开日期|公开时间|上线时间|推送时间|发送时间|提交时间|"
        "信息时间|信息日期|新闻日期|新闻时间|文章日期|發佈時間|發布時間|發佈日期|發布日期|發表時間|发帖时间|上报时间|登载时间|出版日期|出版时间"
    ),
    "dated": "时间|日期|生成日期|時間|日期時間|上網時間",
    "changed": "更新时间|更新日期|更新于|更新|最后更新|修改时间|更新時間|更新日期|发文时间|发文日期|最近更新",
    _FURNITURE: (
        "一审|三审|主编|主题分类|二审|人气|作者单位|信息分类|值班主任|值班总编|关键字|关键词|"
        "分享|分享到|分类|初审|复审|发布人|发布单位|发布机构|发布者|发文机关|发文单位|"
        "制发机关|图|图片|字体|字体大小|字号|审核|审稿|审签|审校|核稿|总编辑|所属栏目|打印|"
        "打印本页|摄影|收藏|文号|发文字号|标签|栏目|校对|校审|浏览|浏览人数|浏览次数|浏览量|"
        "点击|点击数|点击率|点击量|点击次数|热度|电话|监制|总监制|策划|总策划|索引号|纠错|"
        "终审|统筹|编审|视频|访问次数|访问量|评论|评论数|录入|录入人|录入者|上传|上传者|"
        "责任校对|邮箱|阅读|阅读次数|阅读量|阅读数|公开方式|有效性|成文日期|成文时间|印发日期|"
        "印发时间|签发日期|签发时间|实施日期|施行日期|生效日期|废止日期|失效日期|制图|編審|"
        "校對|攝影|審核|瀏覽"
    ),
    _SILENT: (
        "资料来源|資料來源|圖片來源|数据来源|图片来源|视频来源|素材来源|题图来源|封面来源|图表来源|会议时间|"
        "活动时间|报名时间|考试时间|举办时间|有效期|截止日期|截止时间|供图|配图|摄像|剪辑|"
        "设计|美编|翻译|译者|编译|图文编辑|美术编辑|图片编辑|视频编辑|单位|單位|主办|承办|"
        "举报电话|责任单位|地点|网址|微信号|主讲人|主持人|检索|服务对象|名称|标题|原标题|来稿"
    ),
}
_KEY_OF = {word: key for key, words in _WORDS.items() for word in words.split("|")}
_TIMES = ("published", "dated", "changed")
_BARRED = frozenset(
    re.split(
        r"\|",
        "来源|來源|文章来源|作者|撰文|文字|记者|通讯员|编辑|责编|责任编辑|編輯|值班编辑|实习编辑|网编|校对|审核|监制|摄影|"
        "策划|统筹|主编|初审|复审|终审|一审|二审|三审|编审|制图|设计|剪辑|视频|供图|翻译|编译",
    )
)
_SHORT_TIMES = frozenset(
    ("时间", "日期", "時間")
)  # 报名时间 says nothing of the article: no word may stand before them
_GAP_OR_EVENT = re.compile(
    r"\s|[，。；、]|(?:报名|会议|活动|考试|举办|面试|笔试|截止|有效|施行|实施|开始|结束|培训|公示)$"
)
_SEPARATOR = re.compile(r"\s{0,2}(?P<colon>[:：︰]+)\s*|\s?[|｜/／](?![/／])\s*")
_LENGTHS = range(max(map(len, _KEY_OF)), 0, -1)
# a signature whose first colon is left out: 作者 甲 乙 编辑:丙
_BARE = re.compile(r"(?<!\S)作者\s+(?=[\u4e00-\u9fff·、\s]{2,30}\s(?:责任编辑|责编|编辑)\s*[:：])")
_SPREAD = re.compile(r"(来|作|编|日|时|稿|责|信|发)[ \u3000\xa0]+(源|者|辑|期|间|编)(?=\s*[:：])")
_WRITER = re.compile(
    r"^[（(【\[]?\s*(?:文|撰文|执笔|文/图|图/文|文图|图文)\s*[/／|｜:：]\s*(?P<names>[^。，：:|｜]{2,30}?)"
    r"(?=\s+\S{1,4}\s?[:：|｜/／]|\s*[】\])）]?$)"
)
_CLOSING = " \u3000\t\n\r|｜/[】【]()（）\xa0·-—"
_EMPTY = frozenset(("", "无", "未知", "暂无", "佚名", "匿名", "null", "admin", "none", "小", "大", "中", "undefined"))
_BUTTONS = re.compile(
    r"\s*(?:(?:19|20)\d\d\s*[-年/.]|(?<=\s)(?:字号|字体|分享|打印|我要|点击|评论|浏览|阅读|收藏|举报|关注|转发|人气|热度|大\s*中\s*小|T\s*T|"
    r"\d{1,2}:\d\d))"
)
_ACCOUNT = re.compile(
    r"(?:系统|网站|超级|信息|平台|后台|本站|本网|默认)?(?:管理员?|编辑部?|用户)|admin\w*|root|test\w*|[A-Z]{2,4}\d+|\d+|[a-z][a-z\d_.]*",
    re.I,
)
_ACCOUNT_CODE = re.compile(r"[\s_]+[A-Z]{1,4}\d{2,}$")
_SENTENCE_MARK = re.compile(r"[。！？，]")
_IS_PLAN = re.compile(
    r"^\s*(?!(?:19|20)\d\d|\d\d[-/.:]|$)(?=.*\d)|[至到—~]"
)  # 时间：3月5日上午9:00 is when something is held
_SENTENCE = re.compile(r"[。！？]")


def read_labels(line: str) -> dict[str, str]:
    """The values of the known labels of `line`: keys origin, authors, editor, published (ISO 8601).

    Labels that are unknown, empty or say nothing of the article (浏览量, 字号, 打印) give nothing. A day of
    publication wins over one of change (更新, 发文); the day a document was drawn up (成文日期) is none.
    """
    if ":" not in line and "：" not in line and not re.search(r"[|｜/／丨︰]", line):
        return {}
    line = _spread(line)
    found: dict[str, str] = {}
    for label, text in _labelled(line):
        key = _KEY_OF[label]
        value = _value(key, text)
        if value and key not in (_FURNITURE, _SILENT) and (key not in found or label in ("责任编辑", "責任編輯")):
            found[key] = value
    times = [found.pop(key) for key in _TIMES if key in found]
    if times:
        found["published"] = times[0]
    writer = _WRITER.match(line.strip())
    if writer and "authors" not in found:
        found["authors"] = writer["names"].strip()
    return found


def is_label_line(line: str) -> bool:
    """Whether `line` is nothing but labels and their short values: it is no sentence of an article."""
    text = _spread(line.strip(_CLOSING))
    if len(text) > 160:
        return False
    pairs = _labelled(text)
    if not pairs or not text.startswith(pairs[0][0]) or any(_KEY_OF[label] == _SILENT for label, _ in pairs):
        return False
    return all(len(value.strip()) <= 32 and not _SENTENCE_MARK.search(value) for _, value in pairs) and not any(
        _KEY_OF[label] == "dated" and _IS_PLAN.search(value) for label, value in pairs
    )


def _spread(line: str) -> str:
    """`line` with spread labels joined (来 源：) and the bar that is written with 丨 made one."""
    if "丨" in line:
        line = line.replace("丨", "｜")
    if " " in line or "\u3000" in line or "\xa0" in line:
        line = _BARE.sub("作者：", _SPREAD.sub(r"\1\2", line))
    return line


def _labelled(line: str) -> list[tuple[str, str]]:
    """(label, the text up to the next label), in print order."""
    found: list[tuple[str, int, int]] = []  # label, where it begins, where its value begins
    free = 0
    for mark in _SEPARATOR.finditer(line):
        label = _label_before(line, free, mark)
        if label:
            found.append((label, mark.start() - len(label), mark.end()))
            free = mark.end()
    ends = [*(start for _, start, _ in found[1:]), len(line)]
    return [(label, line[start:end]) for (label, _, start), end in zip(found, ends, strict=False)]


def _label_before(line: str, free: int, mark: re.Match[str]) -> str | None:
    """The longest known label that ends at a separator and begins at `free` or later."""
    end = mark.start()
    for length in _LENGTHS:
        start = end - length
        if start < free or (label := line[start:end]) not in _KEY_OF:
            continue
        if (mark["colon"] and label not in _SHORT_TIMES) or not (start and "\u4e00" <= line[start - 1] <= "\u9fff"):
            return label if mark["colon"] or label in _BARRED else None
        if free and mark["colon"] and not _GAP_OR_EVENT.search(line, free, start):  # 来源：河畔日报时间：2025-10-09
            return label
    return None


def _value(key: str, text: str) -> str | None:
    text = text.strip(_CLOSING).strip()
    if key in _TIMES:
        return printed_date(text) or short_date(text)
    text = re.split(r"\s{3,}|\t|\n|[|｜]\s|[）)】\]](?=\s|$)", text, maxsplit=1)[0].strip(_CLOSING)
    if key == "origin":
        text = _origin(text)
    elif key == "authors":
        text = _BUTTONS.split(text, maxsplit=1)[0].strip(_CLOSING)
    elif key == "editor":
        text = _editor(text)
    if text.lower() in _EMPTY or len(text) > (80 if key == "authors" else 40):
        return None
    return text


def _editor(text: str) -> str:
    """The editor's name without the code of an account; an account alone (管理员, admin) is no editor."""
    text = _BUTTONS.split(re.split(r"\s{2,}|[。]", text)[0], maxsplit=1)[0]
    text = _ACCOUNT_CODE.sub("", text.strip())
    return "" if _ACCOUNT.fullmatch(text) or re.search("[：，。:]", text) else text


def _origin(text: str) -> str:
    text = _BUTTONS.split(text, maxsplit=1)[0]
    text = re.split(r"\s+(?=\S)", text.strip(_CLOSING), maxsplit=1)[0] if re.search("[\u4e00-\u9fff]", text) else text
    if "，" in text and _SENTENCE.search(text):
        return ""
    text = re.sub(r"[（(](?:[\u4e00-\u9fff]{2,3}|记者.*)[)）]?$", "", text.strip(_CLOSING).strip("，。,;； "))
    return text + "）" * (text.count("（") > text.count("）"))
