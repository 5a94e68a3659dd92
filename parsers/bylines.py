"""Names of authors in bylines. An editor, a photographer or a source is never an author; offices are dropped.

A byline is read word by word: a role word tells whose names follow (记者, 文/, 编辑：, 图/) or stood before
it (王海涛 文 李静 摄); only the names of those who wrote are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from parsers.person_names import is_minority, is_name, looks_like_name, two_names

__all__ = ["byline_in", "is_byline", "looks_like_name", "names"]

_HAN = "\u3400-\u4e27\u4e29-\u9fff"
_WRITER = (
    "记者|記者|通讯员|通訊員|实习生|實習生|撰稿人|撰稿|撰文|评论员|特派员|特约撰稿|原作者|专栏作者|作者|执笔|采写|采访整理|采访|供稿人|供稿|"
    "投稿|主笔|报道组|报道员|信息员|宣传干事|宣传员|文案|撰写|文字|编译|整理"
)
_OTHER = (
    "采访对象|受访者|联系人|主持人|主讲人|嘉宾|责任编辑|責任編輯|实习编辑|值班编辑|见习编辑|责编|编辑|編輯|编审|审核|审校|审签|核稿|校对|校审|摄影|攝影|摄像|图片|图表|制图|海报|视频|"
    "剪辑|来源|來源|监制|总监制|策划|总策划|統籌|统筹|设计|美编|排版|值班主任|值班主编|主编|总编辑|总编|译者|翻译|口述|讲述|作者单位|单位|"
    "配音|主播|播音|制作|出品人?|录入|发布|一审|二审|三审|初审|复审|终审|审稿|指导|指导老师|执笔人|课题组|供图|配图|插画|漫画|导演|拍摄"
)
_SINGLE = {
    "文": True,
    "著": True,
    "译": False,
    "图": False,
    "圖": False,
    "摄": False,
    "攝": False,
    "编": False,
    "撰": True,
}
_PREFIX = rf"[{_HAN}A-Za-z0-9·“”\"《》「」+—\-.]{{0,22}}?"
_MARKS = ":/|"
_REPORTER = re.compile(rf"(?P<writer>{_PREFIX}(?:记者|記者|通讯员|通訊員))(?P<mark>[:/|]?)(?!站|会|节|证)")
_PICTURES = re.compile("摄影|摄像|图片|视频|视觉|编辑|攝影")
_LABEL = re.compile(rf"(?:(?P<other>{_PREFIX}(?:{_OTHER}))|(?P<writer>{_PREFIX}(?:{_WRITER})))(?P<mark>[:/|]?)")
_ONE_HAND = re.compile(
    r"(?:(?<=[\s/])|^)(?:文\s*[/、&并和]?\s*(?:摄影|摄|图|攝影|圖)|[图圖]\s*[/、&和]?\s*文)(?=[\s:/|]|$)"
)
_BEHIND = re.compile(r"[/|]\s*(文|图|圖|摄影|摄|攝|整理|供稿)(?=$|[\s、,，]|受访|图|摄)")
_PLACE_OF_REPORT = re.compile(
    r"(?:[/|]\s*\S{0,6}?|(?<=\s)(?:摄影|攝影)?)(?:报道|報導|報道|报导|电|電|讯)(?=$|[\s,，])"
)  # 记者X/台北报道, 摄影报道
_ROLES_GLUED = re.compile(
    rf"(?<=[记記]者)([{_HAN}]{{2,4}}?)(?=(?:本报|本報)?(?:通讯员|通訊員|实习生|见习记者|实习记者|记者))"
)
_COUNTRY = re.compile(r"[(\[【〔][\u4e00-\u9fff]{1,3}[)\]】〕](?=[\u4e00-\u9fff]+·)")
_AFFILIATION = re.compile(r"(?<=[\u4e00-\u9fff])\s*[(\[【][^()\[\]【】]{2,80}[)\]】]")
_EDGES = " ()[]【】〔〕{}□■▲△◎●◆○★☆◇:;.。,，、\t"
_SPLIT = re.compile(r"\s+(?:和\s+)?|[、,;&]+")
_CITIES = (
    "北京|上海|天津|重庆|石家庄|太原|呼和浩特|沈阳|长春|哈尔滨|南京|杭州|合肥|福州|南昌|济南|郑州|武汉|长沙|广州|南宁|海口|成都|贵阳|昆明|"
    "拉萨|西安|兰州|西宁|银川|乌鲁木齐|深圳|青岛|大连|香港|澳门|台北|臺北|台中|高雄|台南|新北|桃园|桃園|华盛顿|華盛頓|东京|東京|纽约|紐約|"
    "伦敦|巴黎|首尔|莫斯科|综合|綜合"
)
_REPORT = re.compile(
    rf"(?P<name>[{_HAN}·]{{2,}}?)(?:(?:{_CITIES})?(?:\d+日)?(?:摄影)?(?:报道|報導|報道|报导|电|電|专电|讯)|发自.*|参与.*|采写|对[本此]文.*|摄影|整理|整合|编译|"
    r"等|摄)"
)
_NOT_WRITTEN_BY = re.compile(
    r"(?:发自.*|.*(?:报道|報導|報道|报导)|综合整理|整理|整合|供稿|受访者.*|等|等人|文|本报|本报讯|讯|.*[日][电電])$"
)
_OFFICE_BEFORE = re.compile(
    rf".*(?:部长|研究员|教授|主任|院长|书记|局长|主席|会长|博士|院士|校长|记者|学者|专家|所长)([{_HAN}]{{2,3}})"
)
_OFFICE_BEHIND = re.compile(rf"([{_HAN}]{{2,3}})(?:教授|博士|院士|研究员|老师|先生|女士)")
_IS_SOMEBODY = re.compile(rf"([{_HAN}]{{2,4}}?|[{_HAN}·]{{5,12}}?)(?:系|为|是).{{4,}}")
_NAME_AND_WORK = re.compile(rf"([{_HAN}]{{2,4}})(整理|供稿|执笔|采写|撰文|撰稿|摄影|摄|攝)")
_IN_BRACKETS = re.compile(r"[(【\[〔]([^()【】\[\]〔〕]{2,60})[)】\]〕]")
_DATELINE = re.compile(r"^[【\[][^】\]]{2,12}[】\]]\s*$|^.{0,28}?(?:讯|電|电|消息|報導|报道)[】\])]?\s*:?\s*$")
_SPOKEN_LINE = re.compile(
    rf"^.{{0,24}}?(?:讯|电)[】\])]?[ ,:]\s*(?P<names>{_PREFIX}记者\s*[{_HAN}·、 ]{{2,40}}?)"
    r"(?:报道[:,，]|\s+(?!通讯员|实习生|见习记者)(?=[^\s]{6,})|(?:日前|近日|今天|昨日|今日|[从在](?=[\u4e00-\u9fff]{2,20}(?:获悉|了解|采访))))"
)
_NEAR = 120  # characters
_ROLE_WORD = re.compile(
    r"记者|記者|通讯员|通訊員|撰稿|撰文|供稿|作者|评论员|执笔(?!人)|采写|文字:|^文[/|:]|实习生|^(?:文[/、]?图|图[/、]?文)(?=[\s/|:])"
)
_BYLINE = re.compile(rf"^[□■▲◎●◆○★\s]*(?:[{_HAN}·\d]{{2,12}}\s+)?(?:{_PREFIX}(?:{_WRITER})|文\s*[/|:]|文[、/]?图)")
_ASKS = re.compile(r"^(?:本报|本刊)?(?:记者|記者)\s*[:|]")
_ABOUT = re.compile(
    rf"^[(【\[]?(?:作者简介|作者介绍|关于作者|作者信息)[】\]]?\s*[:|]?\s*([{_HAN}]{{2,4}}|[{_HAN}·]{{4,12}})\s*[,(，]"
)
_BULLET = re.compile(r"^[□■▲◎●◆○★]\s*(?=[\u4e00-\u9fff])")
_NOT_BYLINE = re.compile(r"[。!?;…]|:.*:.*[,，]|[摄攝]\s*$|^(?:作者|执笔人|记者)(?:简介|手记|单位)")


def names(text: str) -> tuple[str, ...]:
    """The names of the writers of a byline in print order, without offices (本报记者) and without doubles.

    A two-character name printed with a space is joined (方  敏 → 方敏). Not a name: no result.
    """
    found: list[str] = []
    waiting: list[str] = []
    writes, before, written = True, "", False
    words = _words(text)
    for index, word in enumerate(words):
        role = _role_of(word)
        if _ends_spread_name(word, waiting):
            waiting[-1] += word
        elif role is None:
            waiting.append(word)
        elif _stands_behind(word, waiting, before, last=index == len(words) - 1):
            if not role and not written and index == len(words) - 1:
                return ()  # the line of a picture: 记者 X 通讯员 Y 摄
            found += _people(waiting) if role else []
            waiting, before, writes, written = [], "", True, written or role
        elif waiting or writes or word[-1] in _MARKS:  # else 图：本报记者 X, the reporter who took the picture
            found += _people(waiting) if writes else []
            waiting, writes, before = [], role, word
    found += _people(waiting) if writes else []
    return tuple(dict.fromkeys(found))


def byline_in(paragraph: str) -> tuple[str, ...]:
    """The authors that a first or last paragraph names, or ().

    Read are a paragraph that is a byline, （记者 X） after 讯/电 or at either end, 讯 记者X报道：, a name at the end.
    """
    if len(paragraph) > 4 * _NEAR:  # nothing in the middle is looked at
        paragraph = f"{paragraph[: 2 * _NEAR]}\n{paragraph[-2 * _NEAR :]}"
    paragraph = _plain(paragraph)
    if len(paragraph) <= 60 and not _NOT_BYLINE.search(paragraph):
        if _BYLINE.match(paragraph):
            found = _short(names(paragraph))
            # in an interview 记者： stands before a question
            return () if _ASKS.match(paragraph) and not all(map(_is_certain, found)) else found
        if _BULLET.match(paragraph) and _only_names(paragraph):
            return names(paragraph)
    about = _ABOUT.match(paragraph)
    if about and _is_certain(about[1]):
        return (about[1],)
    spoken = _SPOKEN_LINE.match(paragraph)
    if spoken and _only_names(spoken["names"]):
        return names(spoken["names"])
    for match in _brackets(paragraph):
        if _stands_for_byline(paragraph, match):
            found = _short(names(match[1]))
            if found:
                return found
    return ()


def _brackets(paragraph: str) -> Iterator[re.Match[str]]:
    """The brackets near the head of a paragraph and the one at its end; those between hold no byline."""
    end = _NEAR if len(paragraph) > 2 * _NEAR else len(paragraph)
    yield from _IN_BRACKETS.finditer(paragraph, 0, end)
    if end < len(paragraph):
        yield from _IN_BRACKETS.finditer(paragraph, len(paragraph) - _NEAR)


def _is_certain(name: str) -> bool:
    return looks_like_name(name) or is_minority(name) or "·" in name


def is_byline(paragraph: str) -> bool:
    """Whether a paragraph is nothing but a byline that begins with a role (本报记者 王海涛, 《河畔》作者 王海涛)."""
    paragraph = _plain(paragraph)
    return len(paragraph) <= 60 and not _NOT_BYLINE.search(paragraph) and bool(_BYLINE.match(paragraph))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("丨", "|").replace("〡", "|")
    return re.sub("[•・‧]", "·", text).strip()


def _words(text: str) -> list[str]:
    """The words of a byline: role words (with their mark) and the runs between them."""
    text = _AFFILIATION.sub(" ", _COUNTRY.sub("", _plain(text))).strip(_EDGES)
    text = re.sub(r"^[Bb]y\s+(?=[A-Z])", "", text)
    text = _ROLES_GLUED.sub(r"\1 ", _PLACE_OF_REPORT.sub(" ", text))
    text = _BEHIND.sub(r" \1 ", _ONE_HAND.sub("文", text))
    text = re.sub(r"\s*([:/|])\s*", r"\1 ", text)
    if re.search("[A-Za-z]", text):
        text = re.sub(r"(?<=[A-Za-z.]) (?=[A-Z])", "\x00", text)
    words: list[str] = []
    for piece in _SPLIT.split(text):
        words += _parted(piece.replace("\x00", " ").strip(_EDGES.replace(":", "")))
    return [word for word in words if word]


def _parted(piece: str) -> list[str]:
    """A role word and the name glued to it (本报记者王海涛) as two words."""
    behind = _NAME_AND_WORK.fullmatch(piece)
    if behind and looks_like_name(behind[1]):
        return [behind[1], behind[2]]
    report = _REPORT.fullmatch(piece)
    if report and looks_like_name(report["name"]):
        return [report["name"]]
    role = _role_at(piece)
    if role is None:
        return [piece if piece.rstrip(_MARKS) in _SINGLE or piece.endswith(":") else piece.strip(_MARKS)]
    end, _ = role
    rest = piece[end:].strip(_EDGES)
    if not rest:
        return [piece[:end]]
    return [piece[:end], *_parted(rest)] if piece[end - 1] in _MARKS or _is_glued_name(rest) else [piece[:end]]


def _role_at(piece: str) -> tuple[int, bool] | None:
    """(length of the role word that a piece begins with, whether it is one of writers), or None."""
    match = _REPORTER.match(piece)
    if match is None or _PICTURES.search(match["writer"]):
        match = _LABEL.match(piece)
    return None if match is None else (match.end(), match["writer"] is not None)


def _is_glued_name(rest: str) -> bool:
    """记者王海涛 has a name behind it, 记者观察 and 通讯员队伍建设 have not."""
    if looks_like_name(rest) or "·" in rest or _REPORT.fullmatch(rest) or _IS_SOMEBODY.fullmatch(rest):
        return True
    return (is_name(rest) and is_minority(rest)) or len(two_names(rest)) > 1 or looks_like_name(_bare(rest))


def _role_of(word: str) -> bool | None:
    """True for a word of writers, False for one of other hands, None for a word that is no role."""
    bare = word.rstrip(_MARKS)
    if bare in _SINGLE:
        return _SINGLE[bare]
    role = _role_at(word)
    if role is not None and role[0] == len(word):
        return role[1]
    return False if word.endswith(":") and len(word) > 2 else None  # a label of something else


def _stands_behind(word: str, waiting: list[str], before: str, *, last: bool) -> bool:
    """Whether a role word speaks of the names before it: 王海涛 文 李静 摄."""
    if not waiting or word[-1] in _MARKS:
        return False
    if word in ("文", "著", "译", "摄", "攝"):
        return last or before.rstrip(_MARKS) not in _SINGLE
    return last and word in ("图", "圖", "摄影", "整理", "供稿", "采写", "撰稿", "撰文", "编译", "供图", "制图", "拍摄")


def _ends_spread_name(word: str, waiting: list[str]) -> bool:
    """Whether a role word of one character is the second half of a name printed with a space (祁 文)."""
    singles = 0
    while singles < len(waiting) and len(waiting[-1 - singles]) == 1:
        singles += 1
    return word in _SINGLE and singles % 2 == 1 and looks_like_name(waiting[-1] + word)


def _people(words: list[str]) -> list[str]:
    tokens = [token for word in words if not _is_report(word) for token in two_names(_bare(word))]
    return [token for token in _joined(tokens) if is_name(token)]


def _is_report(word: str) -> bool:
    """西宁报道, 发自上海, 综合整理: how or where it was written, no name. 王海涛报道 has a name in it."""
    if not _NOT_WRITTEN_BY.match(word):
        return False
    report = _REPORT.fullmatch(word)
    return report is None or not looks_like_name(report["name"])


def _bare(word: str) -> str:
    """A word without the office before or behind the name, and without 报道, 整理, 等 behind it."""
    word = word.strip(_EDGES)
    if looks_like_name(word):
        return word
    for pattern in (_REPORT, _OFFICE_BEHIND, _OFFICE_BEFORE, _IS_SOMEBODY):
        match = pattern.fullmatch(word)
        if match and (looks_like_name(match[1]) or "·" in match[1]):
            return match[1]
    return word


def _spread(run: str) -> list[str]:
    """The names in a run of single characters: two by two; three are one name, and five hold one of three."""
    if len(run) == 3:
        return [run]
    if len(run) == 5:
        cuts = [cut for cut in ((run[:2], run[2:]), (run[:3], run[3:])) if all(map(looks_like_name, cut))]
        if len(cuts) == 1:
            return list(cuts[0])
    return [run[i : i + 2] for i in range(0, len(run), 2)]


def _joined(tokens: list[str]) -> list[str]:
    """Runs of single characters are names printed with spaces: two by two, a run of three is one name."""
    joined: list[str] = []
    run = ""
    for token in [*tokens, ""]:
        if len(token) == 1 and "\u3400" <= token <= "\u9fff":
            run += token
            continue
        joined += _spread(run)
        run = ""
        if token:
            joined.append(token)
    return joined


def _stands_for_byline(paragraph: str, match: re.Match[str]) -> bool:
    inside = match[1]
    role = _ROLE_WORD.search(inside)
    if re.search(r"[摄攝]\s*$|^摄影|^制图|^执笔人|贡献", inside):
        return False
    if not role and re.search(
        r"摄|图|资料|来源|编辑|责编|单位|攝|审|校对|监制", inside.replace("文/图", "").replace("编辑部", "")
    ):
        return False
    before = paragraph[: match.start()]
    at_head = not before or bool(_DATELINE.match(before))
    at_end = not paragraph[match.end() :].strip(" 。")
    if role:
        return at_head or at_end
    # a button 【关闭】 stands alone in such brackets, a byline in round ones
    plain = match[0][0] == "(" or bool(before)
    return plain and (at_end or (at_head and bool(before))) and _only_names(inside)


def _only_names(text: str) -> bool:
    """Whether `text` is nothing but names, 文/图 and 供稿 aside."""
    words = [word for word in _words(text) if _role_of(word) is None]
    tokens = _joined([_bare(word) for word in words])
    return bool(tokens) and all(map(looks_like_name, tokens))


def _short(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in found if len(name) <= 6 or "·" in name or name.isascii())
