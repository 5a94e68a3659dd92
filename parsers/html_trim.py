"""Which lines of a body container belong to the article: heads, tails, captions and link lines go."""

from __future__ import annotations

import re
from itertools import accumulate

from parsers.bylines import is_byline
from parsers.dates import printed_date, split_at_date
from parsers.html_copies import once
from parsers.html_lines import Line
from parsers.labels import is_label_line, read_labels
from parsers.person_names import is_media

_TAIL = re.compile(
    r"^[\s（(【\[<>《»■▲●◆·#—\-_=*]*(?:"
    r"(?:责任编辑|责编|编辑|編輯|責任編輯|网编|值班编辑|实习编辑|编审|审核|初审|复审|终审|校对|监制|一审|二审|三审)\s*[:：|｜/／丨]"
    r"|(?:推荐|相关|延伸|扩展|热门|更多|精彩|猜你|为您|为你|大家都在|往期|最新|关联|編輯推薦|编辑推荐|热点|推薦|延伸|相關)"
    r"(?:阅读|新闻|链接|文章|推荐|内容|资讯|报道|话题|图片|稿件|视频|喜欢|看|热点|热词|关键词|标签|專題|閱讀|新聞|專题|专题|精彩|回顾|附件|文件)"
    r"|24小时|24[Hh]热|热门?排行|点击排行|阅读排行|今日热[点门]|上一[篇页条]|下一[篇页条]|分享到|分享至|分享让更多|(?:我要|网友|发表)评论(?!.*[，。])"
    r"|扫一扫|扫描二维码|扫码|长按(?:识别)?二维码|微信扫|用微信|免责声明|版权声明|版权所有|版權|特别声明|郑重声明|声明[:：]|Copyright|©"
    r"|打印本页|关闭(?:窗口|本页)|返回(?:首页|顶部|列表|搜狐)|举报邮箱|本文来源[:：]|\(?本文(?:来自|来源于?|转自).{0,30}(?:APP|客户端|网)"
    r"|来源[:：丨|].{0,30}$|文章来源[:：]|转载请注明|未经授权|欢迎关注|关注我们|阅读原文|点击下载|下载客户端|我要纠错|纠错[:：]|标签[:：]|(?:本文)?关键词[:：]|热词[:：]|[Tt][Aa][Gg][Ss]?[:：]"
    r"|海量资讯、精准解读|加载更多|查看更多|展开全文|查看全文|延伸閱讀|更多.{0,10}(?:请|請|敬请)(?:关注|點擊|点击)"
    r")",
    re.I,
)
_HARD_TAIL = re.compile(
    r"推荐阅读|相关阅读|延伸阅读|相关新闻|热门推荐|24[Hh小]|免责声明|版权声明|猜你喜欢|Copyright|扫一扫|海量资讯", re.I
)
_FURNITURE = re.compile(
    r"^(?:打印|关闭|收藏|字号|字体|大|中|小|A[+-]?|T\||分享|评论|首页|正文|返回|举报|纠错|听新闻|听全文|听文章|朗读|朗读全文|放大|缩小|默认|原标题[:：].*|（原标题[:：].*|"
    r"\(原标题[:：].*|广告|点击播放.*|视频加载中.*|图集|目录|\d+|[|/·\-—_=*>«»\s]+|您?当前(?:的)?(?:所在)?位置.*|分享到.*|字号[:：].*|字体[:：].*|"
    r"(?:自动播放|正在播放|重播|播放视频).{0,40}|.{0,8}浏览器(?:版本过低|不支持).{0,30}|"
    r"(?:[\s|｜/、·]*(?:点赞|赞|收藏|分享|打印|关闭|评论|转发|举报|朗读|复制链接|微信|微博|QQ空间|在看)){1,9}[\s\d()（）]*|"
    r"点击(?:进入|查看|观看|下载|阅读).{0,20}[:：>»]*|"
    r"[—\-–·\s【]*(?:END|完|全文完)[】—\-–·\s]*|[↑▲\s]*点击(?:上方|下方)?.{0,12}(?:蓝字|关注).{0,10}|"
    r"《[^《》]{2,16}》\s*[（(]\s*\d{4}年\d{1,2}月\d{1,2}日.{0,8}版\s*[）)]|"
    r"(?=.*(?:上一?页|下一?页|尾页|末页|全文阅读|余下全文))(?:[\s\d…|/<>«»\[\]【】()（）.·]|首页|上一?页|下一?页|尾页|末页|共\d+页|第\d+页|"
    r"(?:在)?本?页?阅读?全文(?:阅读)?|余下全文){1,40}|"
    r"(?=.*(?:评论|跟帖|回复))(?:(?:最新|热门|全部|精彩|网友|查看|发表|我要|我来|参与|更多)(?:评论|跟帖|回复)|[\s\d|·/(（)）条]){1,12}|"
    r"浏览(?:量|次数).*|阅读(?:量|次数)?[:：].*|点击(?:量|数|次数)[:：].*|点击[下查]?.{0,4}图片.*|.{0,4}(?:放大|缩小|打印|收藏|关闭)(?:图片|本页|窗口)?)$"
)
_LEAST_GALLERY = 30  # characters
_LONGEST_FURNITURE = 160  # characters
# an invitation to install something: what to download, and what for
_PROMOTION = re.compile(
    r"下载.{0,12}(?:客户端|APP|应用程序|应用).{0,20}(?:福利|专享|更多|独家|跟踪|查看|解锁|领取|畅享|阅读|了解|获取)"
    r"|(?:福利|专享|更多|独家|精彩|详情|尽在).{0,30}(?:下载|打开|扫码).{0,16}(?:客户端|APP|应用)",
    re.I,
)
_CAPTION = re.compile(
    r"^[▲△▼◀▶↑↓]|^(?:图为|上图|下图|左图|右图|图[一二三四五\d]+[:：])|(?:摄|攝|供图|資料圖片|资料图片?|图/.{1,12}|视频截图|制图|配图)[）)】]?[。]?$"
)
# a line that only says who wrote, above the first paragraph
_BYLINE = re.compile(r"^[□■◎●▲◇]?\s*[\u4e00-\u9fff·]{0,10}(?:记者|通讯员)\s[\u4e00-\u9fff·、/ ]{2,30}$")
# who published or wrote, and when: 央视网 2013年11月22日 09:27
_NAMED_DATE = re.compile(
    r"^(\S[^。，！？\d]{1,24}?)\s*(?:(?:19|20)\d\d\s?[-年/.])?\s?\d{1,2}[-月/.]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?$"
)
_DATE_AND_NAME = re.compile(
    r"^(?:(?:19|20)\d\d\s?[-年/.])?\s?\d{1,2}[-月/.]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?[\s|｜]*(\D[^。，！？]{1,24})$"
)
# 河畔新闻07-01 21:08责编 王海
_BAR = re.compile(
    r"^\S{2,16}?\s*(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?\s*\d{1,2}:\d\d(?::\d\d)?\s*"
    r"(?:(?:责任编辑|责编|编辑|记者|作者|阅读|浏览|来自|发布于|IP)\s?\S{0,14}\s*){0,4}$"
)
_LONGEST_BAR, _LONGEST_DAY = 60, 24
_SENTENCE_END = re.compile(r"[。！？；]")
_SAID = re.compile(r"[。；！？：:]$")  # how a line of a text ends, however short it is
_BULLET = re.compile(r"^[·•●].*(?:\d[)）]?|(?:AM|PM)\)?|[^。！？”])$")
_SENTENCE = re.compile(r"[。！？…”」）)]$|[，。；]")


def article_lines(lines: list[Line], title: str | None) -> tuple[list[Line], list[str]]:
    """(paragraphs, captions) of the lines of a body container, in print order.

    Where pictures have all the words, as in a gallery, their captions are the paragraphs.
    """
    kept = _without_tail(_without_head(lines, title or ""))
    paragraphs: list[Line] = []
    captions: list[Line] = []
    for line in kept:
        if _is_caption(line):
            captions.append(line)
        elif not _is_furniture(line):
            paragraphs.append(line)
    if not paragraphs and sum(len(line.text) for line in captions) >= _LEAST_GALLERY:
        return once(captions), []
    return once(paragraphs), [line.text for line in captions]


def is_tail(text: str) -> bool:
    """Whether `text` begins what follows an article: editor, related links, disclaimers, share bars."""
    return len(text) < 120 and bool(_TAIL.match(text))


def squeezed(text: str) -> str:
    """`text` without white space and marks, for comparing titles."""
    return re.sub(r"[\W_]+", "", text)


def _without_head(lines: list[Line], title: str) -> list[Line]:
    """Drops what stands above the first paragraph: the title, label lines, dates, buttons."""
    wanted = squeezed(title)
    rest = sum(len(line.text) - line.linked for line in lines)
    start = prose = 0
    for index, line in enumerate(lines[:15]):
        text = line.text
        if len(text) > 120 or (len(text) > 30 and text.endswith("。")):
            break
        rest -= len(text) - line.linked
        same = bool(wanted) and squeezed(text) == wanted
        if same or is_label_line(text) or _is_date_line(text) or _BYLINE.match(text) or _is_bar(text):
            if prose and prose >= rest:  # a short notice was over before its date: that is the signature
                break
            start = index + 1
        elif _SAID.search(text):
            prose += len(text)
    return lines[start:]


def _is_bar(text: str) -> bool:
    """Whether a line is the bar under a title of an app: who, when and the editor's name, set without a gap."""
    return len(text) <= _LONGEST_BAR and not _SENTENCE_END.search(text) and bool(_BAR.match(text))


def _is_date_line(text: str) -> bool:
    named = _NAMED_DATE.match(text)
    if named and (is_media(named[1]) or is_byline(named[1])):
        return True
    dated = _DATE_AND_NAME.match(text)
    if dated and (is_media(dated[1]) or is_byline(dated[1])):
        return True
    if text[:1] in "（(【[" and text[-1:] in "）)】]":
        return _is_day(text[1:-1])
    if len(text) > 120 or not re.match(r"^\W*(?:19|20)\d\d", text) or not printed_date(text):
        return False
    if "。" not in text and read_labels(text).get("origin"):
        return True
    return len(text) < 50 and not _SENTENCE.search(text) and len(re.findall(r"[\u4e00-\u9fff]", text)) <= 20


def _is_day(text: str) -> bool:
    """Whether a text is a whole day and nothing else, in whatever figures (二〇〇四年五月十二日)."""
    found = split_at_date(text) if len(text) <= _LONGEST_DAY else None
    return found is not None and len(found[0]) >= len("2026-01-01") and not found[1].strip() and not found[2].strip()


def _without_tail(lines: list[Line]) -> list[Line]:
    total = sum(len(line.text) - line.linked for line in lines)
    following = _prose_after(lines)
    before = 0
    for index, line in enumerate(lines):
        if index and before >= 40 and is_tail(line.text):
            hard = bool(_HARD_TAIL.search(line.text))
            # real paragraphs behind a tail mark show that it was a remark inside the article
            if (hard or before >= total * 0.5) and following[index] <= before * (1.0 if hard else 0.4):
                return lines[:index]
        before += len(line.text) - line.linked
    end = len(lines)
    while end and _BULLET.match(lines[end - 1].text):
        end -= 1
    return lines[:end]


def _prose_after(lines: list[Line]) -> list[int]:
    """For each line the number of characters in real paragraphs, not just links, that stand after it."""
    sizes = [len(line.text) if line.link_share < 0.3 and len(line.text) > 50 else 0 for line in lines]
    sums = list(accumulate(reversed(sizes), initial=0))
    return sums[-2::-1]


def _is_furniture(line: Line) -> bool:
    text = line.text
    if line.row or len(text) > _LONGEST_FURNITURE:
        return False
    if _FURNITURE.match(text) or is_label_line(text) or (is_tail(text) and len(text) < 40):
        return True
    if len(text) < 120 and "。" not in text and _PROMOTION.search(text):
        return True
    return line.link_share > 0.6 and not re.search(r"[。！？]", text) and len(text) < 80


def _is_caption(line: Line) -> bool:
    if len(line.text) > 160 or line.row:
        return False
    return line.caption or (len(line.text) < 100 and bool(_CAPTION.search(line.text)))
