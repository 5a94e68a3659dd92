"""The headline of an article page, and the subtitle (副题) that is printed with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.bylines import is_byline
from parsers.dates import printed_date
from parsers.html_lines import Line
from parsers.html_marks import short_text
from parsers.html_surroundings import Surroundings
from parsers.html_trim import squeezed
from parsers.labels import is_label_line
from parsers.person_names import is_media
from parsers.tree import text_of

_SITE = re.compile(
    r"\s*(?:[_|｜]+|\s-+\s?|-+\s|--+|—{1,2}|–|::|(?<![0-9A-Za-z])-(?=[^-]{2,20}$)|-(?=[^-0-9A-Za-z][^-]{1,19}$))\s*"
)
_RANKS = ("h1", "#title", "#articletitle", ".article-title", ".title", "h2", "h3", "class", "id")
_HEADINGS = 'h1, h2, h3, [class*="title" i], [id*="title" i], [class~="heading" i], [class*="headline" i]'
_SUBTITLE = re.compile(r"sub[-_]?tit|futi|fubiaoti|second[-_]?title|title[-_]?2", re.I)
_KICKER = re.compile(r"intro[-_]?title|yinti|pre[-_]?title|kicker|jianti|shoulder", re.I)
_LONGEST_SUBTITLE = 80
_LISTS = ("ul", "ol", "dl", "nav", "select", "form")  # one may be called titlelist
_NEVER = frozenset(("title", "meta", "script", "body", "html", "a", "head", "img", "input", "link", *_LISTS))
_LOOKED_AT = 80  # headings of a page; the article's is among the first
_OF_A_RANK = 12
LONGEST_SITE_NAME = 14
_LONGEST = 120  # characters of a headline
_SHORTEST_NAME = 4
_NUMBERED_FILE = re.compile(r"[\w-]*\d[\w-]*\.\w+")
_LONGEST_ISSUERS = 60  # characters of all bodies that a document names in its headline
_ISSUERS = re.compile(r"(?:[\u4e00-\u9fff]{2,}?(?:委|政府|厅|局|办|部|会|院|组|室|中心|学校|大学|集团|公司))+")
_PROSE_END = re.compile(r"[。；，：:、]$|^[—\-–]")
_FEW_LINES = 5  # where so few stand above the text, the first one is no site's name
_SHORTEST_HEADLINE = 8
_NEAR_TEXT = 10  # lines above the first paragraph among which a headline is looked for
_TITLE_NAME = re.compile(r"title|tit\b|\bbt\b|biaoti|headline")
_METAS = ("articletitle", "og:title", "twitter:title", "title", "headline", "dc.title", "sharetitle")
_SITE_NAME = re.compile(
    r"(?:网|網|网站|频道|頻道|门户|平台|官网|首页|电子版|数字报|客户端|新闻|日报|晚报|政府|委员会|中心|新浪|搜狐|网易|腾讯|栏目|专栏|专题|"
    r"动态|要闻|公告|资讯|头条|\.(?:com|cn|net|org))$"
)
# a headline of this kind may end as a section does: …引进急需紧缺人才公告, …揭牌成立人才服务中心
_TELLS = re.compile(
    r"(?:引进|招聘|招录|选聘|选调|招募|遴选|申报|评选|认定|入选|公示|(?:19|20)\d\d年|关于|成立|揭牌|启用|启动|落户|建成|上线|开通|发布|打造|走进|举行|召开|赴|推进)"
)
_LONGEST_SECTION = 8  # characters: 招聘公告
_NO_HEADLINE = re.compile(
    r"^(?:您?(?:的)?(?:当前|现在)?(?:所在)?位置|首页|相关|推荐|热门|热点|最新|更多|友情链接|登录|评论|导航|栏目|专题|图片|视频|猜你|大家|"
    r"新闻(?:中心|推荐|排行|动态)|版权|联系|分享|扫|关于(?:我们|本站|本网|网站|$)|搜索|全部|目录|本版|版面|往期|精彩|重点)|(?:更多>*|>+)$"
)


def find_title(tree: LexborHTMLParser, metas: dict[str, str], selectors: tuple[str, ...]) -> str | None:
    """The headline as printed, or None. A heading is believed when `<title>` or a meta tag agrees with it."""
    for selector in selectors:
        found = _selected(tree, metas, selector)
        if found:
            return found
    page_title = text_of(tree.css_first("title"))
    keys = [_key(text) for text in (*(metas.get(name, "") for name in _METAS), page_title) if len(text) > 3]
    plain = [without_site(text) for text in (metas.get("og:title", ""), page_title) if len(text) > 3]
    keys += [_key(text) for text in plain if text.endswith(("…", "..."))]
    plain = [_key(text) for text in plain]
    spare = site = None
    parts = [_key(part) for part in _SITE.split(page_title)]
    first = _only_heading(tree) if len(parts) > 1 else ""
    if first and _key(first) == parts[0] and not _SITE_NAME.search(first):
        return first  # 一双雨靴 | 选调生日记（七）
    sites = {*parts[1:]} - {*plain[-1:]}
    for heading in _headings(tree):
        key = _key(heading)
        if key in sites and len(key) <= LONGEST_SITE_NAME:
            continue
        if any(_agree(key, witness) for witness in keys) or any(_holds(key, witness) for witness in plain):
            if site is None and _opens_as_site(heading, page_title):
                site = heading
                continue
            return _without_buttons(heading, page_title)
        if spare is None and _may_be_headline(heading):
            spare = heading
    if site:
        return site
    if spare and len(page_title) <= LONGEST_SITE_NAME and _SITE_NAME.search(page_title):
        page_title = ""
    return _from_witnesses(metas, page_title) or spare


def _only_heading(tree: LexborHTMLParser) -> str:
    """The text of the page's h1 where it has just one."""
    headings = tree.css("h1")
    return short_text(headings[0], _LONGEST) if len(headings) == 1 else ""


def _opens_as_site(heading: str, page_title: str) -> bool:
    """Whether a heading is the name of the site that stands before the headline in `<title>` (河畔市政府 青河引进…)."""
    named, short = squeezed(page_title), squeezed(heading)
    if len(short) > LONGEST_SITE_NAME or not _SITE_NAME.search(heading):
        return False
    return named.startswith(short) and len(named) >= len(short) + _SHORTEST_HEADLINE


def _may_be_headline(heading: str) -> bool:
    """Whether a heading that nothing agrees with may still be the headline: no section, site, label or date."""
    if len(heading) < 6 or _NO_HEADLINE.search(heading) or _names_site(heading):
        return False
    return not (is_label_line(heading) or _is_dated(heading))


def _is_dated(text: str) -> bool:
    """Whether a line names a day; a headline may name a year (…2026年引进人才公告)."""
    return len(printed_date(text) or "") >= len("2026-01-01")


def _names_site(heading: str) -> bool:
    """Whether a heading ends as names of sites and sections do, and tells nothing: 青河人才网, no 青河人才网上线."""
    if not _SITE_NAME.search(heading):
        return False
    return len(squeezed(heading)) <= _LONGEST_SECTION or not _TELLS.search(heading)


def printed_title(title: str, lines: list[Line]) -> str | None:
    """The headline that is printed above the text where `title` is the site's or a column's name, else None.

    `lines` are those of the page up to the first paragraph. A short title names the site when it says so, opens the
    page or stands nowhere near the text. The headline is the last line of a headline's kind above the labels.
    """
    near, wanted = lines[-_NEAR_TEXT:], squeezed(title)
    if any(_is_heading(line) and _prints(wanted, squeezed(line.text)) for line in lines if line.link_share < 0.5):
        return None
    own = [line for line in near if line.link_share < 0.5 and squeezed(line.text) == wanted]
    opens = len(lines) > _FEW_LINES and any(squeezed(line.text) == wanted for line in lines[:2])
    if own and not opens and not _SITE_NAME.search(title):
        return None
    headlines: list[Line] = []
    for line in near:
        if headlines and (is_label_line(line.text) or _is_dated(line.text)):
            break
        if line not in own and _is_set_as_headline(line):
            headlines.append(line)
    best = [line for line in headlines if _is_heading(line)] or headlines
    if not best:
        return None
    box = best[-1].box  # 中共河畔市委办公室 关于…的通知, set on two lines of one heading
    whole = [line.text for line in best if box is not None and line.box is box and box.tag in ("h1", "h2", "h3")]
    return " ".join(whole) or best[-1].text


def neighbour(title: str, lines: list[Line], names: Iterable[str]) -> str | None:
    """The line beside the `title` that one of `names` names, where none of them names the title: it was the kicker.

    Old newspaper pages print kicker, headline and subtitle in elements of one name.
    """
    wanted = squeezed(title)
    known = [key for name in names if len(key := squeezed(name)) >= _SHORTEST_NAME]
    if not known or any(wanted in name for name in known):
        return None
    at = next((index for index, line in enumerate(lines) if squeezed(line.text) == wanted), None)
    if at is None:
        return None
    beside = (line.text for line in lines[max(0, at - 2) : at + 3] if line.link_share < 0.5)
    return next((text for text in beside if squeezed(text) in known), None)


def names_of_page(tree: LexborHTMLParser, url: str | None) -> Iterator[str]:
    """What the links and the areas of a picture that lead to the page itself call it."""
    file = (url or "").partition("?")[0].rpartition("/")[2]
    if not _NUMBERED_FILE.fullmatch(file):
        return
    for node in tree.css(f'a[href$="{file}"], area[href$="{file}"]')[:_OF_A_RANK]:
        yield node.attributes.get("title") or short_text(node, _LONGEST)


def _is_heading(line: Line) -> bool:
    box = line.box
    return box is not None and (box.tag in ("h1", "h2", "h3") or bool(_TITLE_NAME.search(box.names)))


def _prints(wanted: str, text: str) -> bool:
    """Whether a heading prints the title, or one of the lines that it is set on."""
    return wanted in text or (len(text) > 1 and (wanted.startswith(text) or wanted.endswith(text)))


def _is_set_as_headline(line: Line) -> bool:
    text = line.text
    if line.row or line.caption or line.link_share > 0.3 or len(text) > _LONGEST // 2 or _PROSE_END.search(text):
        return False
    return _may_be_headline(text) and not (is_media(text) or is_byline(text))


def subtitle_of(around: Surroundings) -> str | None:
    """The subtitle (副题) by the rules of the source, in an element that is called so, or the page's own property."""
    ruled = (around.tree.css_first(selector) for selector in around.rules.subtitle)
    texts = [short_text(node, _LONGEST) for node in ruled if node is not None] + _called(around.head, _SUBTITLE)
    found = next((text for text in texts if len(text.strip("—-– ")) >= 4), None) or around.data.get("subtitle")
    return found.lstrip("—-– ") if found else None


def kicker_of(around: Surroundings) -> str | None:
    """The kicker (引题) in an element that is called so, or of the page's own property."""
    return next(iter(_called(around.head, _KICKER)), None) or around.data.get("kicker")


def _called(head: list[Line], names: re.Pattern[str]) -> list[str]:
    """The short lines of the head in elements whose names match."""
    return [
        line.text
        for line in head
        if line.box is not None and 4 <= len(line.text) <= _LONGEST_SUBTITLE and names.search(line.box.names)
    ]


def split_title(title: str) -> tuple[str, str | None]:
    """(title, subtitle) where a subtitle is printed behind a dash on a line of its own: 题 ——副题.

    A dash inside one line (题——副题) belongs to the title.
    """
    head, dash, rest = title.partition(" ——")
    if dash and len(head.strip()) >= 4 and len(rest.strip()) >= 4 and "——" not in rest:
        return head.strip(), rest.strip()
    return title, None


def without_site(page_title: str) -> str:
    """A `<title>` without the parts that name the site or the column, before or behind the headline."""
    parts = [part.strip() for part in _SITE.split(page_title) if part.strip()]
    if len(parts) < 2:
        return page_title.strip()
    first = parts[0]
    if len(first) >= 6 and not (_SITE_NAME.search(first) and len(first) <= 12):
        headline, _, column = first.rpartition("-")  # 青河引才二百名-河畔新闻-河畔网
        return headline if len(headline) >= 6 and len(column) <= 8 and _SITE_NAME.search(column) else first
    if len(first) > 1 and all(map(_SITE_NAME.search, parts[1:])) and not _SITE_NAME.search(first):
        return first  # a headline of few characters: 灯火_河畔网
    return max(parts[1:] if _SITE_NAME.search(first) else parts[:2], key=len)


def _selected(tree: LexborHTMLParser, metas: dict[str, str], selector: str) -> str | None:
    meta = re.fullmatch(r"meta\[name=[\"']?([^\]\"']+)[\"']?\]", selector)
    if meta:
        return metas.get(meta[1].lower())
    return text_of(tree.css_first(selector)) or None


def _headings(tree: LexborHTMLParser) -> list[str]:
    """The texts of the page's headings, the most telling kinds first."""
    ranked: list[list[LexborNode]] = [[] for _ in _RANKS]
    for node in tree.css(_HEADINGS)[: _LOOKED_AT * 5]:
        if node.tag not in _NEVER:
            ranked[_rank(node)].append(node)
    texts = (short_text(node, _LONGEST) for nodes in ranked for node in nodes[:_OF_A_RANK])
    return list(dict.fromkeys(text for text in texts if len(text) >= 4))[:_LOOKED_AT]


def _rank(node: LexborNode) -> int:
    if node.tag == "h1":
        return 0
    attributes = node.attributes
    name = (attributes.get("id") or "").lower()
    classes = (attributes.get("class") or "").lower()
    if name in ("title", "articletitle"):
        return 1 if name == "title" else 2
    if "article-title" in classes or "article_title" in classes:
        return 3
    if "title" in classes.split():
        return 4
    if node.tag in ("h2", "h3"):
        return 5 if node.tag == "h2" else 6
    return 7 if "title" in classes or "head" in classes else 8


def _key(text: str) -> str:
    """What two printings of one headline share: no marks, no white space, no difference of width or case."""
    return squeezed(text if text.isascii() else unicodedata.normalize("NFKC", text)).lower()


def _agree(heading: str, witness: str) -> bool:
    """A witness begins with the heading, or is a cut form of it; a heading that is only the site's name fails."""
    if len(heading) < 4:
        return False
    if len(heading) >= 10 and heading in witness:
        return True
    if witness.startswith(heading):
        return len(heading) >= 6
    return len(witness) >= 6 and heading.startswith(witness) and len(heading) <= len(witness) * 2.5


def _holds(heading: str, headline: str) -> bool:
    """A heading is the headline of the page's title, or holds it with a short word before it (【人才】…)."""
    if len(headline) < 4:
        return False
    if heading == headline:
        return True
    if len(headline) < 8 or not heading.endswith(headline):
        return False
    before = heading.removesuffix(headline)  # 关于… alone lacks the bodies that a document is from
    return len(before) <= 10 or (len(before) <= _LONGEST_ISSUERS and bool(_ISSUERS.fullmatch(before)))


def _without_buttons(heading: str, page_title: str) -> str:
    """A heading with the text of buttons inside it (朗读, 播报文章) ends where the page's own title ends."""
    named = squeezed(without_site(page_title))
    words = heading.split(" ")
    for end in range(1, len(words)):
        if len(named) >= 8 and squeezed("".join(words[:end])) == named:
            return " ".join(words[:end])
    return heading


def _from_witnesses(metas: dict[str, str], page_title: str) -> str | None:
    named, whole = squeezed(page_title), without_site(page_title)
    for name in _METAS:
        text = metas.get(name, "")
        if len(text) >= 6 and whole.startswith(f'{text}"'):  # content="…" ends at the first quote of the headline
            return whole
        if len(text) >= 6 and (not page_title or squeezed(text)[:6] in named):
            return text if name == "articletitle" else without_site(text)
    if re.match(r"^[\s_|｜\-—]", page_title):  # the place of the headline is empty: only the site's name is left
        return None
    return whole or None
