"""Where a list (or an article of several pages) goes on: printed pagers, scripts that write pagers, selects."""

from __future__ import annotations

import html as entities
import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from parsers.addresses import Addresses, same_page
from parsers.anchors import Anchor
from parsers.parts import is_part_of

_NEXT = re.compile(
    r"\W*(?:下\s*一\s*[页頁]|下[页頁]|[后後]一[页頁]|翻到下一页|next(?: page)?)\s*(?:\(?\d*\)?)?\W*", re.I
)
_MAY_SAY = re.compile(r"[下后後翻nN>»›→＞〉]")
_ARROW = re.compile(r"\s*(?:>|»|›|→|＞|〉)\s*")
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.I)
_NUMBER = re.compile(r"[\[【(]?\s*(\d{1,4})\s*[\]】)]?")
_SCRIPTED = re.compile(r"(?:href|location|open|go\w*)\s*[=(]\s*['\"]([^'\"\s]+)['\"]", re.I)
# TRS: createPageHTML(total, current, "index", "html"), pages counted from 0; with 'page_div' first, from 1
_TRS_PAGER = re.compile(
    r"createPage(?:HTML)?\d?\(\s*(?P<div>['\"][\w#.-]+['\"]\s*,\s*)?(?P<total>\d+)\s*,\s*(?P<now>\d+)\s*,"
    r"\s*['\"](?P<name>[\w./-]+)['\"]\s*,\s*['\"]\.?(?P<ending>\w+)['\"]"
)
_STATEMENT = re.compile(r"[^\n;{}>]*$")
_TRS_VARIABLES = re.compile(r"\bvar\s+(currentPage|countPage)\s*=\s*(\d+)")
_TRS_NAME = re.compile(
    r"href=\\?['\"]+(?P<name>\w+)['\"]?\s*\+?\s*['\"]?_['\"]\s*\+\s*nextPage\s*\+\s*['\"]\.['\"]?\s*\+?\s*['\"]?(?P<ending>\w+)"
)
_OPTION = re.compile(r"<option\b([^>]*)", re.I)
_VALUE = re.compile(r"\bvalue\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_PAGE_VALUE = re.compile(r"\.\w{3,5}(?:\?|$)|[?&]\w*page\w*=\d+$|/\d+/?$", re.I)
# …/index_3.html, …/list-2.shtml, …/index2.html, …?page=3, and files that are a number: …/list/3.html, vsb …/9.htm
_PAGED = re.compile(r"^(?P<before>.*?(?:[a-z][_-]?|\d_))(?P<number>\d{1,4})(?P<after>\.\w+)$", re.I)
_PAGED_QUERY = re.compile(r"(?P<before>.*[?&](?:\w*page\w*|p|pn|pg|start)=)(?P<number>\d{1,6})(?P<after>.*)$", re.I)
_COUNTED = re.compile(r"^(?P<before>.*/)(?P<number>\d{1,4})(?P<after>\.\w+)$")
_PAGER_TEXT = 160
_LONGEST_SELECT = 20_000
_MOST_SELECTS = 20
_MOST_HINTS = 80  # links whose surroundings are looked at; a pager stands within the first arrows of a page
_END = "end"  # in place of an address: the pager says that this is the last page


def following_page(anchors: list[Anchor], html: str, addresses: Addresses) -> str | None:
    """The next page, never the page itself or one before it; None at the end.

    Tried in order: the link that says 下一页, an arrow in a row of page numbers, what a TRS pager script would
    write, the number after the current one, a select of pages.
    """
    found = _said(anchors, html, addresses)
    if not any(found):  # none, or a 下一页 without an address: the last page, or a pager that only scripts know
        script = _script_pager(html, addresses)
        if script is _END:
            return None
        found = [script, _next_number(anchors, addresses), _next_option(html, addresses)]
    return next((address for address in found if address and _goes_on(addresses.base, address)), None)


def is_last(html: str) -> bool:
    """Whether the pager script of a list says that this is its last page, so that no rule needs to guess the next."""
    return _script_pager(html, Addresses("")) is _END


def part_after(anchors: list[Anchor], html: str, addresses: Addresses) -> str | None:
    """The next page of an article of several pages, by an address with the same id; 下一篇 is another article."""
    found = [*_said(anchors, "", addresses), _trs_call(html, addresses), _next_number(anchors, addresses)]
    usable = (address for address in found if address and address is not _END and _goes_on(addresses.base, address))
    return next((one for one in usable if not addresses.base or is_part_of(addresses.base, one)), None)


def _said(anchors: list[Anchor], html: str, addresses: Addresses) -> list[str | None]:
    """Where the links that say 下一页 lead to; those without text are looked at if `html` knows the word."""
    silent = "下一页" in html or "next" in html or "Next" in html
    found: list[str | None] = []
    hints = 0
    for node, reference, text in anchors:
        if text and not (len(text) <= 12 and _MAY_SAY.search(text)):
            said = silent and node.attrs.get("rel") == "next"
        elif text and _NEXT.fullmatch(text):
            said = True
        else:
            hints += bool(text) or silent
            said = (bool(text) or silent) and hints <= _MOST_HINTS and _hints_next(node, text)
        if said:
            found.append(_target(node, reference, addresses))
    return found


def _hints_next(node: LexborNode, text: str) -> bool:
    """Whether a link without the words means the next page: by rel, an arrow, its title, its picture, its class."""
    attributes = node.attrs
    if attributes.get("rel") == "next":
        return True
    if text and _ARROW.fullmatch(text):
        return _in_pager(node)
    if text and not _ARROW.match(text):
        return False
    title = attributes.get("title") or ""
    image = None if text or title else node.css_first("img[alt]")
    said = title or (image.attrs.get("alt") or "" if image else "")
    return bool(
        _NEXT.fullmatch(said) if said else _NEXT_CLASS.search(attributes.get("class") or "") and _in_pager(node)
    )


def _in_pager(node: LexborNode) -> bool:
    """Whether numbers of other pages, or a word of pagers, stand beside the link."""
    for around in (node.parent, node.parent.parent if node.parent else None):
        text = "" if around is None else " ".join(around.text(deep=True, separator=" ").split())
        if (
            text
            and len(text) <= _PAGER_TEXT
            and re.search(r"(?:^|\s)[12](?:\s|$)|[首尾末][页頁]|上一?[页頁]|共\s*\d+", text)
        ):
            return True
    return False


def _target(node: LexborNode, reference: str, addresses: Addresses) -> str | None:
    address = addresses.join(reference)
    if address is not None or reference.strip() == "":
        return address
    for script in (node.attrs.get("onclick"), reference):
        match = _SCRIPTED.search(script) if script else None
        if match:
            return addresses.join(match[1])
    return addresses.join(node.attrs.get("data-url") or node.attrs.get("data-href"))


def _goes_on(base: str, address: str) -> bool:
    """Whether `address` can be the page after `base`: same site, another page, no step back."""
    if not base:
        return True
    if same_page(address, base) or urlsplit(address).netloc.removeprefix("www.") != urlsplit(base).netloc.removeprefix(
        "www."
    ):
        return False
    for form in (_PAGED_QUERY, _PAGED):
        now, following = form.match(base), form.match(address)
        if now and following and (now["before"], now["after"]) == (following["before"], following["after"]):
            return int(following["number"]) > int(now["number"])
        if now and not following and _without_number(now) in (address, address.split("?")[0]):
            return False  # back to the first page
    now, following = _COUNTED.match(base), _COUNTED.match(address)
    if now and following and now["before"] == following["before"]:
        return abs(int(following["number"]) - int(now["number"])) == 1  # Boda counts its pages down
    return True


def _without_number(now: re.Match[str]) -> str:
    if "?" in now["before"]:
        return now["before"].split("?")[0]
    return now["before"].rstrip("_-") + now["after"]


def _script_pager(html: str, addresses: Addresses) -> str | None:
    return _trs_call(html, addresses) or _trs_variables(html, addresses)


def _trs_call(html: str, addresses: Addresses) -> str | None:
    if "createPage" not in html:
        return None
    for match in _TRS_PAGER.finditer(html):
        before = _STATEMENT.search(html[max(0, match.start() - 80) : match.start()])
        if before is None or "//" not in before[0]:  # not commented out
            return _trs_next(match, addresses)
    return None


def _trs_next(match: re.Match[str], addresses: Addresses) -> str | None:
    total, now = int(match["total"]), int(match["now"])
    following = now + 1
    if following - (1 if match["div"] else 0) >= total:
        return _END
    return addresses.join(f"{match['name']}_{following}.{match['ending']}")


def _trs_variables(html: str, addresses: Addresses) -> str | None:
    """Old TRS pagers: var currentPage = 0 (counted from 0), var countPage = 10, "index" + "_" + nextPage."""
    if "countPage" not in html:
        return None
    values = {name: int(value) for name, value in _TRS_VARIABLES.findall(html)}
    if "countPage" not in values:
        return None
    following = values.get("currentPage", 0) + 1
    name = _TRS_NAME.search(html)
    if following >= values["countPage"]:
        return _END
    return addresses.join(f"{name['name']}_{following}.{name['ending']}" if name else f"index_{following}.html")


def _next_number(anchors: list[Anchor], addresses: Addresses) -> str | None:
    """The link that prints the number after the current page's, among links to pages of the same list."""
    if not addresses.base:
        return None
    wanted = str(_number_of(addresses.base) + 1)
    for _, reference, text in anchors:
        match = _NUMBER.fullmatch(text) if text and len(text) < 8 else None
        if match and match[1] in (wanted, "2"):
            address = addresses.join(reference)
            if address and (
                _is_second(addresses.base, address) if match[1] != wanted else _same_list(addresses.base, address)
            ):
                return address
    return None


def _is_second(base: str, address: str) -> bool:
    """Whether `address` is `base` with _2 behind its name, whatever number that ends in (node_88 → node_88_2)."""
    stem, dot, ending = base.rpartition(".")
    return bool(dot) and address in (f"{stem}_2.{ending}", f"{stem}-2.{ending}")


def _number_of(address: str) -> int:
    """The page number that the address of a list or article part shows, 1 where none."""
    for form in (_PAGED_QUERY, _PAGED):
        match = form.match(address)
        if match and int(match["number"]) < 100:
            return int(match["number"])
    return 1


def _same_list(base: str, address: str) -> bool:
    if is_part_of(base, address):
        return True
    here, there = urlsplit(base), urlsplit(address)
    if here.path == there.path:
        return bool(_PAGED_QUERY.match(address))
    following = _PAGED.match(address)
    if here.path.rpartition("/")[0] != there.path.rpartition("/")[0] or not following:
        return False
    stem = following["before"].rpartition("/")[2].rstrip("_-").lower()
    name = here.path.rpartition("/")[2].lower()
    return name.startswith(stem) or (not name and stem in ("index", "list", "default"))


def _next_option(html: str, addresses: Addresses) -> str | None:
    if "<select" not in html or not addresses.base:
        return None
    for box in html.split("<select", _MOST_SELECTS)[1:]:
        box = box[:_LONGEST_SELECT].partition("</select")[0]
        options = [
            (found[1], "selected" in tag.lower()) for tag in _OPTION.findall(box) if (found := _VALUE.search(tag))
        ]
        values = [addresses.join(entities.unescape(value)) for value, _ in options if _PAGE_VALUE.search(value)]
        if len(values) < 2 or len(values) < len(options):
            continue
        chosen = next((at for at, (_, selected) in enumerate(options) if selected), None)
        here = next((at for at, value in enumerate(values) if value and same_page(value, addresses.base)), chosen)
        if here is not None and here + 1 < len(values) and _same_list(addresses.base, values[here + 1] or ""):
            return values[here + 1]
    return None
