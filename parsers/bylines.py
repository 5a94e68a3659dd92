"""Names of authors in bylines. An editor or a source is never an author; titles and offices are dropped."""

from __future__ import annotations

import re
import unicodedata

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左"
    "石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲家封储靳糜松井段富巫乌焦巴弓牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司"
    "韶黎薄印白怀蒲从索赖卓屠蒙池乔阴胥能苍闻党翟谭贡劳申扶堵冉宰雍桑桂牛寿通边扈燕冀尚农温庄晏柴瞿阎充慕连习艾鱼容向古易慎戈廖终衡步"
    "耿满弘国文寇广东殳沃利蔚越师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关查后荆红游竺权逯盖桓公肖岳付闫覃仝冼鹿佟么"
    "陳張劉楊趙黃吳孫馬羅鄭謝韓馮於葉蕭許鄧蔣餘潘盧陸賈鍾範譚龍萬錢湯賴顧龔嚴歐蘇呂魯鄒湯莊畢"
)
_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "尉迟",
    "皇甫",
    "司徒",
    "令狐",
    "慕容",
    "范姜",
    "端木",
    "夏侯",
)
_ROLE = (
    r"(?:[\u4e00-\u9fff·]{0,12}?(?:记者|記者|通讯员|通訊員|特约撰稿人?|撰稿人?|撰文|评论员|特派员|专栏作者|作者|执笔|采写|"
    r"供稿|投稿|主笔|报道组|报道员)(?:[:：/／|｜]|(?=[\s])|(?=[\u4e00-\u9fff])|$))"
)
_ROLE_AT_START = re.compile(rf"^\s*{_ROLE}\s*")
_OTHER_HANDS = re.compile(
    r"(?:责任?编辑?|责编|编辑|编审|审核|校对|摄影?|摄像|图片|图|制图|海报|视频|来源|监制|策划|統籌|统筹)\s*[:：/／|｜]"
)
_WRITING = re.compile(r"(?:^|(?<=\s))文\s*(?:[/／&、]?\s*(?:图|摄影?|圖|攝影))?\s*[:：/／|｜]?\s*(?=\S)")
_PLACE_OF_REPORT = re.compile(r"[/／]\s*\S{2,4}?(?:综合)?(?:报导|報導|报道|報道|电|電|讯)")  # 记者X／台北报道
_TAIL = re.compile(r"(?:等|摄影报道|报道|報導|報道|整合|整理|编译|摄|文|文/图|文并摄|综合|供稿|实习生)$")
_JOB = re.compile(
    r"(?:书记|部长|主任|局长|厅长|市长|省长|县长|区长|州长|处长|科长|院长|校长|教授|研究员|博士|主席|常委|委员|经理|董事长|总裁|会长|"
    r"秘书长|组长|队长|站长|社长|主编|编辑|记者|通讯员|干部|讲师|学者|专家|成员|代表|先生|女士|律师|博士后|院士|所长|副?研究馆员|员)$"
)
_ORGANISATION = re.compile(
    r"(?:部|局|报|社|网|院|厅|委|办|室|所|台|站|校|大学|公司|集团|中心|频道|客户端|新闻|日报|晚报|时报|周刊|杂志|频道|政府|协会|学会|"
    r"编辑部|平台|发布|在线|报社|通讯|文旅|融媒体?)$"
)
_NOT_NAMES = frozenset(
    re.split(
        r"\|",
        "查看更多|返回搜狐|本文|来源|作者|编辑|记者|本报|本网|本站|原创|转载|未知|佚名|匿名|管理员|网络|"
        "互联网|综合|无|暂无|我们|报道|消息|分享|新闻|首席|见习|实习|全媒体|文字|"
        "图片|视频|摄影|责编|校对|审核|admin|Admin|null|None|root|"
        "整合|今年|去年|日前|昨日|近日|图文|文图|讯|小编|通讯员|本报讯|特约",
    )
)
_SEPARATORS = re.compile(r"[、，,;；&＆|｜/／]+|\s和\s")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:[·•・][\u3400-\u9fff]{1,8}){1,3}")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]*){1,3}")
_IN_BRACKETS = re.compile(r"[（(【\[]([^（()）【】\[\]]{2,60})[)）】\]]")
_DATELINE = re.compile(r"^.{0,28}?(?:讯|电|消息|報導|报道)\s*$")
_OFFICE_BEFORE = re.compile(r".+(?:部长|研究员|教授|主任|院长|书记|局长|主席|会长)([\u4e00-\u9fff]{2,3})")
_BYLINE = re.compile(rf"^[□■▲◎●◆○\s]*(?:[\u4e00-\u9fff·]{{2,12}}\s+)?(?:{_ROLE}|文\s*[/／|｜:：]|文[、/]图)")


def names(text: str) -> tuple[str, ...]:
    """The names of a byline in print order, without offices (本报记者, 组织部部长) and without doubles.

    A two-character name printed with a space is joined (方  敏 → 方敏). Not a name: no result.
    """
    text = _cut_other_hands(unicodedata.normalize("NFKC", text).strip(" ()[]【】□■▲◎●◆○:\t"))
    text = _PLACE_OF_REPORT.sub(" ", _WRITING.sub(" ", text))
    found: list[str] = []
    for part in _SEPARATORS.split(re.sub(rf"(?<=\s)(?={_ROLE})", "、", text)):
        found += _names_of_part(part)
    return tuple(dict.fromkeys(found))


def byline_in(paragraph: str) -> tuple[str, ...]:
    """The authors that a first or last paragraph names, or ().

    Read are a paragraph that is a byline, （记者 X） after 讯/电 or at either end, and a name at the end.
    """
    paragraph = unicodedata.normalize("NFKC", paragraph).strip()
    if len(paragraph) <= 60 and _BYLINE.match(paragraph) and not re.search(r"[。！？!?;,，]", paragraph):
        return _real(names(paragraph))
    for match in _IN_BRACKETS.finditer(paragraph):
        if _stands_for_byline(paragraph, match):
            found = _real(names(match[1]))
            if found:
                return found
    return ()


def looks_like_name(token: str) -> bool:
    """Whether `token` alone can be a person's name: two to four characters that begin with a surname."""
    return bool(re.fullmatch(r"[\u3400-\u9fff]{2,4}", token)) and (
        token[0] in _SURNAMES and (len(token) < 4 or token.startswith(_DOUBLE))
    )


def _stands_for_byline(paragraph: str, match: re.Match[str]) -> bool:
    role = re.search(r"记者|記者|通讯员|撰稿|^文[/／|]|作者|评论员|执笔", match[1])
    if re.search(r"摄|图|资料|来源|编辑|责编|单位|系|攝", match[1].replace("编辑部", "")) and not role:
        return False
    if re.search(r"[摄攝]\s*$|^摄影|制图", match[1]):
        return False
    at_head = bool(_DATELINE.match(paragraph[: match.start()])) or match.start() == 0
    if at_head and match.start() and all(map(looks_like_name, _bare_tokens(match[1]))):
        return True
    at_end = not paragraph[match.end() :].strip(" 。")
    if role:
        return at_head or at_end
    return at_end and bool(match.start()) and all(map(looks_like_name, _bare_tokens(match[1])))


def _bare_tokens(text: str) -> list[str]:
    parts = [part for part in _SEPARATORS.split(text) if part.strip()]
    return [token for part in parts for token in _joined(part.split())] or [""]


def _real(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in found if len(name) <= 4 or "·" in name or name.isascii())


def _cut_other_hands(text: str) -> str:
    match = _OTHER_HANDS.search(text)
    while match:
        before, after = text[: match.start()], text[match.end() :].strip()
        if re.search(r"文\s*[/／&、]?\s*$", before):  # 文/图 X: one hand for both
            return before + " " + after
        rest = re.split(r"\s+(?=文[/／|:]|记者|作者)", after, maxsplit=1)
        text = before + (" " + rest[1] if len(rest) > 1 else "")
        match = _OTHER_HANDS.search(text)
    return text


def _names_of_part(part: str) -> list[str]:
    part = re.sub(r"(?<=[\u4e00-\u9fff])[(（].*?[)）]", "", part).strip(" ()[]【】.。:")
    part = _ROLE_AT_START.sub("", part)
    if _LATIN_NAME.fullmatch(part):
        return [part]
    tokens = [_bare(token) for token in part.split() if not _from_a_place(token)]
    return [token for token in _joined(tokens) if _is_name(token)]


def _from_a_place(token: str) -> bool:
    """山东冠县报道: where a report was written, not who wrote it."""
    place = re.fullmatch(r"([\u4e00-\u9fff]{2,8})报道", _ROLE_AT_START.sub("", token))
    return place is not None and not looks_like_name(place[1])


def _bare(token: str) -> str:
    token = _ROLE_AT_START.sub("", token) if len(token) > 2 else token
    token = _TAIL.sub("", token) if len(token) > 2 else token
    office = _OFFICE_BEFORE.fullmatch(token)
    return office[1] if office and looks_like_name(office[1]) else token


def _joined(tokens: list[str]) -> list[str]:
    """Runs of single characters are names printed with spaces: two by two, a run of three is one name."""
    joined: list[str] = []
    run = ""
    for token in [*tokens, ""]:
        if len(token) == 1 and "\u3400" <= token <= "\u9fff":
            run += token
            continue
        joined += [run] if len(run) == 3 else [run[i : i + 2] for i in range(0, len(run), 2)]
        run = ""
        if token:
            joined.append(token)
    return joined


def _is_name(token: str) -> bool:
    if token in _NOT_NAMES or not _HAN_NAME.fullmatch(token):
        return False
    if looks_like_name(token):
        return not (len(token) > 2 and (_JOB.search(token) and not token.endswith("员")))
    return not (_JOB.search(token) or _ORGANISATION.search(token))
