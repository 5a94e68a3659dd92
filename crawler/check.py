"""What the spider would take from a live site, for the person who writes a source file; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.look import Look, look_apart
from crawler.settings import USER_AGENT
from crawler.sources import Source
from crawler.values import Task, Visit
from parsers import Page, parse_page
from parsers.decode import decode
from parsers.families import Recognised, recognise
from parsers.tree import parse
from parsers.values import Article

SHOWN = 5  # links of a list that a report prints
OPENING = 60
ENOUGH_OFFLINE = 6  # sources of different hosts that cannot be reached, and none that can: there is no network
FIELDS = {"title": "标题", "published": "发布时间", "origin": "来源", "authors": "作者", "paragraphs": "正文"}
NEEDED = ("title", "published", "paragraphs")


@dataclass(frozen=True, slots=True)
class ArticleSeen:
    """One article page as it was read; `missing` names the fields that were not found."""

    url: str
    page: str
    reason: str
    title: str | None = None
    published: str | None = None
    origin: str | None = None
    authors: tuple[str, ...] = ()
    editor: str | None = None
    paragraphs: int = 0
    characters: int = 0
    opening: str = ""
    relevant: bool = False
    missing: tuple[str, ...] = tuple(FIELDS)
    family: str | None = None
    family_reason: str = ""

    @property
    def good(self) -> bool:
        """Whether title, date and text were found."""
        return not set(NEEDED) & set(self.missing)

    def lines(self) -> list[str]:
        """What was read, a line per finding, in Chinese."""
        if not self.paragraphs and self.title is None:
            return [f"文章：读不出来（{self.page}：{self.reason}），请检查 [page]"]
        missing = "、".join(FIELDS[name] for name in self.missing)
        return [
            f"文章标题：{self.title or '（没有）'}",
            f"发布时间：{self.published or '（没有）'}　来源：{self.origin or '（没有）'}"
            f"　作者：{'、'.join(self.authors) or '（没有）'}　编辑：{self.editor or '（没有）'}",
            f"正文：{self.paragraphs} 段，{self.characters} 字　{self.opening}",
            f"缺：{missing}" if missing else "各项齐全",
        ]


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What a look at a source's site showed: its answers, the links of a list, the next list page, one article."""

    id: str
    title: str
    family: str
    answers: tuple[tuple[str, str, str], ...]  # kind, address, what came of it
    links: tuple[tuple[str, str | None, str | None], ...]  # address, printed title, printed date
    total: int
    next_page: str | None
    article: ArticleSeen | None
    offline: bool
    failure: str

    @property
    def good(self) -> bool:
        """Whether a list page gave links and the first of them an article with title, date and text."""
        return bool(self.links and self.article and self.article.good)

    @property
    def robots(self) -> str:
        """What robots.txt said, in Chinese."""
        refusals = [said for _, _, said in self.answers if said.startswith("robots：")]
        return refusals[0].removeprefix("robots：") if refusals else "允许" if self.answers else "没有问到"

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        article = {**asdict(self.article), "good": self.article.good} if self.article else None
        return {**asdict(self), "article": article, "good": self.good, "robots": self.robots}

    def text(self) -> str:
        """The report in Chinese, a line per finding."""
        lines = [f"来源 {self.id}（{self.title}），只看不存", f"robots.txt：{self.robots}"]
        lines += [f"{_KINDS.get(kind, kind)} {url}：{said}" for kind, url, said in self.answers]
        lines += [self.failure] * bool(self.failure)
        lines.append(f"列表上的文章链接：{self.total} 条" + ("" if self.links else "，请检查 lists 和 article"))
        lines += [f"  {day or '（无日期）'}  {title or '（无标题）'}  {url}" for url, title, day in self.links[:SHOWN]]
        lines.append(f"下一页：{self.next_page or '（没有）'}")
        lines += self.article.lines() if self.article else ["文章：没有取到"]
        lines += self._family_lines()
        lines.append("结论：可以启用" if self.good else "结论：还不能启用，见上面各行")
        return "\n".join(lines)

    def _family_lines(self) -> list[str]:
        if self.article is None or self.article.family in (None, self.family):
            return []
        return [f"系统：文件写的是 {self.family}，页面像是 {self.article.family}（{self.article.family_reason}）"]

    def line(self) -> str:
        """The report in one line, for a table of many."""
        if self.good:
            return f"✓ {self.id}：{self.total} 条链接，文章各要项齐全"
        said = [said for _, _, said in self.answers if not said.startswith("HTTP 2")]
        why = self.failure or (said[0] if said else "")
        return f"✕ {self.id}：{why or ('列表上没有文章链接' if not self.links else '文章缺要项')}"


_KINDS = {"list": "列表页", "epaper": "版面", "article": "文章", "look": "网页"}


def report(source: Source, look: Look) -> SourceCheck:
    """What `look` showed of `source`."""
    led = next((visit for visit in look.visits if _articles(look.found.get(visit.url, []))), None)
    found = look.found[led.url] if led else []
    links = _articles(found)
    page = next((visit for visit in look.visits if visit.kind == "article" and visit.body is not None), None)
    return SourceCheck(
        id=source.id,
        title=source.title,
        family=source.family,
        answers=tuple((visit.kind, visit.url, visit.error or f"HTTP {visit.status}") for visit in look.visits),
        links=tuple((task.url, task.title, task.date) for task in links),
        total=len(links),
        next_page=next((task.url for task in found if task.kind == "list"), None),
        article=article_seen(source, page) if page else None,
        offline=look.offline,
        failure=look.failure,
    )


def _articles(found: Sequence[Task]) -> list[Task]:
    return [task for task in found if task.kind == "article"]


def article_seen(source: Source | None, visit: Visit) -> ArticleSeen:
    """The article on a visited page, read with the rules of `source` and the family that it shows."""
    body, address = visit.body or b"", visit.final_url or visit.url
    page = parse_page(body, address, visit.content_type, source.page if source else None)
    guess = family_of(body, address, visit.content_type)
    family = (guess.family.id, guess.reason) if guess else (None, "")
    if not page.articles:
        return ArticleSeen(visit.url, page.kind.value, page.reason, family=family[0], family_reason=family[1])
    return _seen(visit.url, page, page.articles[0], family)


def family_of(body: bytes, url: str, content_type: str | None) -> Recognised | None:
    """The family that a page and its address speak for; None where none does."""
    return recognise(url, parse(decode(body, content_type).text))


def _seen(url: str, page: Page, article: Article, family: tuple[str | None, str]) -> ArticleSeen:
    return ArticleSeen(
        url,
        page.kind.value,
        page.reason,
        title=article.title,
        published=article.published,
        origin=article.origin,
        authors=article.authors,
        editor=article.editor,
        paragraphs=len(article.paragraphs),
        characters=len(article.body),
        opening=article.body[:OPENING].replace("\n", " "),
        relevant=article.relevant,
        missing=tuple(name for name in FIELDS if not getattr(article, name)),
        family=family[0],
        family_reason=family[1],
    )


def check_source(source: Source, file: Path, user_agent: str = USER_AGENT) -> SourceCheck:
    """Ask robots.txt, a list page and an article of the source in `file`, in a process of its own.

    Network failures are lines of the report, not errors.
    """
    return report(source, look_apart(file, user_agent=user_agent))


def check_sources(
    sources: Sequence[tuple[Source, Path]], at_once: int = 6, user_agent: str = USER_AGENT
) -> Iterator[SourceCheck]:
    """The checks of many sources (each with its file) as they are ready; sources of one host one after the other.

    Ends early, without the rest, when the first hosts show that there is no network at all.
    """
    stopped: list[bool] = []

    def work(group: list[tuple[Source, Path]]) -> list[SourceCheck]:
        return [check_source(source, file, user_agent) for source, file in group if not stopped]

    offline = reached = 0
    with ThreadPoolExecutor(at_once) as pool:
        for ready in as_completed([pool.submit(work, group) for group in _by_host(sources)]):
            for check in ready.result():
                offline, reached = offline + check.offline, reached + (not check.offline)
                yield check
            if offline >= ENOUGH_OFFLINE and not reached:
                stopped.append(True)


def _by_host(sources: Sequence[tuple[Source, Path]]) -> list[list[tuple[Source, Path]]]:
    groups: dict[str, list[tuple[Source, Path]]] = {}
    for source, file in sources:
        groups.setdefault(source.hosts[0], []).append((source, file))
    return list(groups.values())
