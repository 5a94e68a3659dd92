"""`caixun sources new`: looks at a page (list or article), writes a source file and saves the pages as test cases.

What is not seen is not guessed: a province that the site does not name stays empty, and the source is then off.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.cases import save_case
from crawler.check import SourceCheck, family_of, report
from crawler.draft import Seen, leads_to, list_address, seen, site_kind, site_place, site_title
from crawler.errors import NoSuchPage, SourceFileError
from crawler.guard import literal
from crawler.lists import tasks_on
from crawler.look import Look, look_apart
from crawler.settings import USER_AGENT
from crawler.shapes import plain_host, registered
from crawler.sources import Source, files_by_id, read_source
from crawler.values import Task, Visit

ID = re.compile(r"[a-z0-9]\w{0,40}", re.ASCII)
_ENDINGS = {"com", "cn", "net", "org", "edu", "www", "gov"}
DRAFT_DELAY = 2.0  # seconds between the few requests of a draft; robots.txt may ask for more


@dataclass(frozen=True, slots=True)
class Given:
    """What the person says about a new source; None is looked for on the site."""

    id: str | None = None
    title: str | None = None
    province: str | None = None
    city: str | None = None
    allow_private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A source file as it would be written, what it takes from the pages seen, and these pages by case name."""

    id: str
    toml: str
    check: SourceCheck
    pages: tuple[tuple[str, Visit], ...]
    notes: tuple[str, ...]

    def text(self) -> str:
        """The draft for people: the file, what it takes, what is still to be done."""
        return "\n".join([self.toml, self.check.text(), *(f"注意：{note}" for note in self.notes)])


def draft_source(url: str, known: Mapping[str, Source], given: Given = Given(), agent: str = USER_AGENT) -> Draft:
    """Look at `url` and draft a source from it.

    Raises NoSuchPage when the page is not received or shows no articles, and when a known source has it already;
    SourceFileError when `given` does not fit into a source file.
    """
    owner = next((source for source in known.values() if source.kind_of(url)), None)
    if owner is not None:
        raise NoSuchPage(f"{url} 已属于来源 {owner.id}（{owner.title}）：用 caixun sources check {owner.id} 查看")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.toml"
        file.write_text(_probe(url, given), "utf-8")
        read_source(file)  # a wrong address is said before anything is asked
        look = look_apart(file, url, agent)
    return draft_of(url, look, known, given)


def _probe(url: str, given: Given) -> str:
    private = json.dumps(list(given.allow_private))
    delay = 0 if given.allow_private else DRAFT_DELAY
    return (
        f'title = "新来源"\nprovince = ""\n[crawl]\nlists = [{json.dumps(url)}]\narticle = "(?!)"\n'
        f"delay = {delay}\nallow_private = {private}\n"
    )


def draft_of(url: str, look: Look, known: Mapping[str, Source], given: Given = Given()) -> Draft:
    """The draft that the pages of `look` lead to; see `draft_source`."""
    pages = [seen(visit) for visit in look.visits if visit.body is not None]
    first = next((page for page in pages if page.visit.url == url), None)
    if first is None:
        said = look.failure or next((visit.error for visit in look.visits if visit.error), "没有应答")
        raise NoSuchPage(f"{url} 没有取到（{said}），{_way_on(url, said)}")
    if first.is_wall:
        raise NoSuchPage(f"{url} 不是新闻页（{first.page.kind}：{first.page.reason}），请换成列表页或文章页的网址")
    listing, article = _roles(first, pages)
    if listing is None and article is None:
        raise NoSuchPage(f"{url} 上没有认出文章链接，也不是文章，请换成列表页或文章页的网址")
    return _written(url, listing, article, known, given)


def _way_on(url: str, said: str) -> str:
    if said.startswith("refused address"):
        return f"站点若确在本机或内网，请加 --allow-private {urlsplit(url).netloc}"
    return "请在浏览器里打开看看，或换一个网址"


def _roles(first: Seen, pages: Sequence[Seen]) -> tuple[Seen | None, Seen | None]:
    """The list and the article among the pages."""
    others = [page for page in pages if page is not first]
    if first.is_article:
        address = first.visit.final_url or first.visit.url
        return next((page for page in others if leads_to(page, address)), None), first
    listing = first if first.shape else None
    return listing, next((page for page in others if page.is_article), None)


def _written(url: str, listing: Seen | None, article: Seen | None, known: Mapping[str, Source], given: Given) -> Draft:
    pages = [page for page in (listing, article) if page is not None]
    host = plain_host(url)
    title = given.title or site_title(pages) or host
    place = (given.province, given.city) if given.province else site_place(title, pages) or _neighbour(host, known)
    head = {"title": title, "province": place[0] if place else "", "city": given.city or (place[1] if place else None)}
    notes = [] if place else ["没有认出省份：请填写 province，再把 enabled 改为 true"]
    if listing is None:
        notes.append("没有找到列表页：lists 先写了首页，请改成栏目的网址，再把 enabled 改为 true")
    notes += _owned(listing, article, known)
    family = _family(pages)
    name = _free_id(given.id, url, known)
    lines = _lines(head, family, site_kind(title, host, family), bool(place and listing), _lists(url, listing))
    private = [f"allow_private = {json.dumps(list(given.allow_private))}"] if given.allow_private else []
    rule, extra = _article_rule(family, listing, article, [*lines, *private])
    toml = "\n".join([*lines, *rule, *private]) + "\n"
    visits = _visits(listing, article)
    return Draft(name, toml, _taken(name, toml, visits), visits, (*notes, *extra))


def _owned(listing: Seen | None, article: Seen | None, known: Mapping[str, Source]) -> list[str]:
    """What to say when a known source would take the same articles."""
    urls = [link.url for link in listing.shape.links] if listing and listing.shape else []
    urls += [article.visit.final_url or article.visit.url] if article else []
    owners = [one for one in known.values() if any(one.kind_of(url) == "article" for url in urls)]
    return [f"同样的文章已属于来源 {one.id}（{one.title}）：也可以只把这个列表加进它的 lists" for one in owners]


def _lines(head: Mapping[str, str | None], family: str, kind: str, enabled: bool, lists: Sequence[str]) -> list[str]:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in head.items() if value is not None]
    lines += [f'kind = "{kind}"', f'family = "{family}"', f"enabled = {str(enabled).lower()}", 'confidence = "medium"']
    lines += ['evidence = ["caixun sources new 看到的页面"]', "", "[crawl]"]
    return [*lines, f"lists = {json.dumps(list(lists), ensure_ascii=False)}"]


def _lists(url: str, listing: Seen | None) -> list[str]:
    if listing is None:
        parts = urlsplit(url)
        return [f"{parts.scheme}://{parts.netloc}/"]
    return [list_address(listing.visit.url)]


def _article_rule(
    family: str, listing: Seen | None, article: Seen | None, lines: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The line with the article rule, none where the family's own rule takes all links; and what to say about it."""
    wanted = [link.url for link in listing.shape.links] if listing and listing.shape else []
    wanted += [article.visit.final_url or article.visit.url] if article and not wanted else []
    if family != "generic":
        source = _read("draft", "\n".join(lines))
        if all(source.kind_of(url) for url in wanted):
            return [], []
    if listing and listing.shape:
        return [f"article = '{listing.shape.article}'"], []
    hosts = re.escape(plain_host(wanted[0]))
    rule = rf"^https?://(?:[\w-]+\.)*{hosts}(?::\d+)?/.+\.s?html?$"
    return [f"article = '{rule}'"], ["article 只限定了网站，请按文章网址的形式改得更准"]


def _family(pages: Sequence[Seen]) -> str:
    """The family that the article shows, else the list; generic where neither does: one mark alone shows nothing."""
    for page in reversed(pages):
        found = family_of(page.visit.body or b"", page.visit.final_url or page.visit.url, page.visit.content_type)
        if found and (found.article_address or found.list_address or len(found.marks) > 1):
            return found.family.id
    return "generic"


def _neighbour(host: str, known: Mapping[str, Source]) -> tuple[str, str | None] | None:
    """Where a known site of the same registered name is (a bureau of a city whose government is watched)."""
    if literal(host) is not None:
        return None
    near = [one for one in known.values() if any(registered(name) == registered(host) for name in one.hosts)]
    places = {(one.province, one.city) for one in near}
    return places.pop() if len(places) == 1 else None


def _free_id(wanted: str | None, url: str, known: Mapping[str, Source]) -> str:
    """The id given, or one from the host that no source has."""
    if wanted is not None:
        if not ID.fullmatch(wanted):
            raise SourceFileError(f"编号 {wanted!r} 不行：用小写字母、数字和下划线，以字母或数字开头")
        if wanted in known:
            raise SourceFileError(f"已有编号为 {wanted} 的来源：请用 --id 换一个")
        return wanted
    labels = plain_host(url).replace("-", "_").split(".")
    kept = [label for label in labels if label not in _ENDINGS or label.isdigit()]
    base = "_".join([*kept, "gov"] if len(kept) == 1 and "gov" in labels else kept) or "site"
    base = base if base[0].isalnum() else f"site{base}"
    return next(one for one in (base, *(f"{base}_{number}" for number in range(2, 1000))) if one not in known)


def _visits(listing: Seen | None, article: Seen | None) -> tuple[tuple[str, Visit], ...]:
    """The pages as cases, each with the kind that it has for the crawler."""
    found = [("article", _as(article.visit, "article"))] if article else []
    if listing:
        kind = "epaper" if "{" in list_address(listing.visit.url) else "list"
        found.insert(0, ("list", _as(listing.visit, kind)))
    return tuple(found)


def _as(visit: Visit, kind: str) -> Visit:
    return Visit(
        visit.url, "", kind, visit.fetched_at, visit.status, visit.body, visit.content_type, final_url=visit.final_url
    )


def _taken(name: str, toml: str, visits: Sequence[tuple[str, Visit]]) -> SourceCheck:
    """What the drafted file takes from the pages seen."""
    source = _read(name, toml)
    look = Look([visit for _, visit in visits])
    for case, visit in visits:
        if case == "list" and visit.body is not None:
            base = visit.final_url or visit.url
            task = Task(visit.url, name, visit.kind)
            look.found[visit.url] = tasks_on(source, task, base, visit.body, visit.content_type, None)
    return report(source, look)


def _read(name: str, toml: str) -> Source:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.toml"
        file.write_text(toml, "utf-8")
        return read_source(file)


def write_draft(draft: Draft, folder: Path) -> Path:
    """Write the file into `folder` and save its pages as cases; the file.

    Raises SourceFileError, with nothing written, when a source or case of that name is there.
    """
    if draft.id in files_by_id([folder]):
        raise SourceFileError(f"{folder / draft.id}.toml：已有这个文件，不覆盖；请用 --id 换一个编号")
    folder.mkdir(parents=True, exist_ok=True)
    source = _read(draft.id, draft.toml)
    for name, visit in draft.pages:
        save_case(folder, source, visit, name)
    file = folder / f"{draft.id}.toml"
    with file.open("x", encoding="utf-8") as out:
        out.write(draft.toml)
    return file
