"""One run over one source: tasks out of the frontier, answers back into it. Knows no reactor, only a `download`.

A run ends complete, incomplete (a list that could not be read, a budget reached), blocked (the site does not want us),
failed (nothing was received) or interrupted; a page that says nothing is not taken for the end of a list.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.exchange import Answer, answer_of, failure_of, request_of
from crawler.lists import shows_articles, tasks_on
from crawler.outcomes import NETWORK_ERRORS
from crawler.parts import next_part
from crawler.politeness import CLOCK, HostClosed
from crawler.sources import Source
from crawler.values import Frontier, Task, Visit
from crawler.walls import is_block, wall
from parsers import parse_page
from parsers.values import PageKind

BATCH = 50  # visits a transaction
FLUSH_EVERY = 1.0  # seconds; a slow site shows its pages at once
EXTEND_EVERY = 20.0  # seconds between two prolongations of the leases in hand
PATIENCE = 20.0  # a host that wants us to wait longer is left for the next run
WALLS_IN_A_ROW = 5  # answers, with nothing else between them, after which the source is left alone
IDLE_POLLS = 3  # claims in a row that bring nothing, though something is outstanding, before the run ends

Download = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class CrawlReport:
    """What a run did. `ended` says why it ended: finished, budget, time, blocked, or stopped."""

    source: str
    requested: int = 0
    stored: int = 0
    failed: int = 0
    unchanged: int = 0
    new: int = 0  # URLs that the frontier did not know
    blocked: int = 0  # answers that say that the site does not want us
    list_faults: int = 0  # list pages that failed, or were empty where articles had to be
    left: int = 0  # tasks claimed and not asked, because their host wants us to wait or the run was stopped
    ended: str = "finished"
    seconds: float = 0.0
    errors: dict[str, int] = field(default_factory=dict)  # first word of the error → visits

    @property
    def outcome(self) -> str:
        """complete, incomplete, blocked, failed or interrupted."""
        if self.ended == "stopped":
            return "interrupted"
        if self.ended == "blocked" or (self.blocked and 2 * self.blocked >= self.requested):
            return "blocked"
        if self.requested and not self.stored + self.unchanged:
            only_empty = self.failed == self.errors.get("empty list", 0)
            return "incomplete" if only_empty else "failed"
        return "incomplete" if self.ended != "finished" or self.list_faults or self.left else "complete"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a run may do: nothing dated before `since`, at most `limit` requests."""

    since: date | None = None
    limit: int | None = None


Heartbeat = Callable[[CrawlReport], None]


class Run:
    """The work of one run; `work` returns when nothing is left to do, or a bound is reached, or `stop` was called."""

    def __init__(self, source: Source, frontier: Frontier, bounds: Bounds, heartbeat: Heartbeat | None = None) -> None:
        self.source, self.frontier, self.bounds, self.heartbeat = source, frontier, bounds, heartbeat
        self.budget = min(source.page_budget, bounds.limit if bounds.limit is not None else source.page_budget)
        self.report = CrawlReport(source.id)
        self.inflight: dict[asyncio.Task[None], Task] = {}
        self.buffer: list[tuple[Task, Visit, list[Task]]] = []
        self.gates: dict[str, asyncio.Semaphore] = {}
        self.following: dict[str, Task] = {}  # next list pages of pages that brought something new
        self.led_from: dict[str, frozenset[str]] = {}  # next list page → the articles on the page before it
        self.shift = 0  # of the numbers of further list pages, once page 2 turned out to be page 1 again
        self.stopping = False
        self.walls = 0  # in a row
        self.started = time.monotonic()
        self.claimed = 0

    def stop(self) -> None:
        """Claim nothing more; what is in flight is finished."""
        self.stopping = True

    async def work(self, download: Download) -> CrawlReport:
        """Serve the frontier until the run is over."""
        ticker = asyncio.ensure_future(self._tick())
        try:
            await self._serve(download)
            await self._drain()
        finally:
            ticker.cancel()
            for one in self.inflight:
                one.cancel()  # left leased: handed out again when the lease runs out
            self.report.left += len(self.inflight)
            self.flush()
            self.report.seconds = round(time.monotonic() - self.started, 3)
        return self.report

    def over(self) -> bool:
        """Whether a bound is reached; notes which in the report."""
        if self.stopping:
            self.report.ended = "stopped"
        elif self.walls >= WALLS_IN_A_ROW:
            self.report.ended = "blocked"
        elif self.claimed >= self.budget:
            self.report.ended = "budget"
        elif time.monotonic() - self.started >= self.source.timeout:
            self.report.ended = "time"
        return self.report.ended != "finished"

    async def _serve(self, download: Download) -> None:
        idle = 0
        while not self.over() and idle < IDLE_POLLS:
            claimed = self._claim(download)
            if self.inflight:
                idle = 0
                await self._reap(0.5)
            elif not claimed:
                self.flush()
                if self._walk_on(download):
                    continue
                if self.frontier.outstanding() <= self.report.left:
                    return
                idle += 1
                await asyncio.sleep(0.2)

    def _claim(self, download: Download) -> int:
        room = min(3 * self.source.concurrency - len(self.inflight), self.budget - self.claimed)
        tasks = self.frontier.claim(room) if room > 0 else []
        self.claimed += len(tasks)
        for task in tasks:
            self.following.pop(task.url, None)
            self.inflight[asyncio.ensure_future(self._fetch(task, download))] = task
        return len(tasks)

    def _walk_on(self, download: Download) -> bool:
        """Ask for a next list page that the frontier knew already and so did not hand out."""
        if not self.following:
            return False
        task = self.following.pop(next(iter(self.following)))
        self.claimed += 1
        self.inflight[asyncio.ensure_future(self._fetch(task, download))] = task
        return True

    async def _reap(self, seconds: float) -> None:
        finished, _ = await asyncio.wait(self.inflight, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in finished:
            del self.inflight[one]
            one.result()  # a fault of ours ends the run loudly

    async def _drain(self) -> None:
        """Let what is in flight finish, within the time of one request."""
        until = time.monotonic() + (PATIENCE if self.stopping else 120.0)
        while self.inflight and time.monotonic() < until:
            if self.stopping:
                until = min(until, time.monotonic() + PATIENCE)
            await self._reap(0.5)

    async def _fetch(self, task: Task, download: Download) -> None:
        host = urlsplit(task.url).netloc
        gate = self.gates.setdefault(host, asyncio.Semaphore(self.source.concurrency))
        async with gate:  # waiting here and not in Scrapy's slot, where a Retry-After could no longer hold it back
            while (wait := CLOCK.wait(task.url)) <= PATIENCE:
                await asyncio.sleep(wait)
                answer = await self._asked(task, download)
                if answer:
                    self._settle(task, answer)
                    return
        self.report.left += 1

    async def _asked(self, task: Task, download: Download) -> Answer | None:
        """The answer to `task`, None when its host wants to be left alone first."""
        try:
            return answer_of(task, await download(request_of(task, conditional=self.bounds.since is None)))
        except HostClosed as error:  # a redirect's host that waits is no reason to hold up this one
            return None if CLOCK.wait(task.url) else failure_of(task, error)
        except NETWORK_ERRORS as error:
            return failure_of(task, error)

    def _settle(self, task: Task, answer: Answer) -> None:
        answer = self._judged(task, answer)
        visit = answer.visit
        self.report.requested += 1
        if visit.error:
            word = visit.error.split("：")[0]
            self.report.errors[word] = self.report.errors.get(word, 0) + 1
        if answer.failed:
            self.report.failed += 1
            self.report.list_faults += task.kind == "list"
            self.frontier.fail(task, visit)
            return
        self.report.unchanged += visit.body is None and visit.error is None
        self.report.stored += visit.body is not None
        found = self._found(task, answer)
        if found:
            self._store_list(task, visit, found)
            return
        self.buffer.append((task, visit, []))
        if len(self.buffer) >= BATCH:
            self.flush()

    def _judged(self, task: Task, answer: Answer) -> Answer:
        """The answer, with an error where it is a wall, or a list page without a single article."""
        visit = answer.visit
        error = visit.error
        if visit.body is not None:
            base = visit.final_url or task.url
            error = wall(visit.body, base, visit.content_type) or self._emptiness(task, base, answer)
            if error:
                answer = Answer(replace(visit, error=error), answer.body)
        if is_block(visit.status, error):
            self.report.blocked += 1
            self.walls += 1
        elif visit.status:
            self.walls = 0
        return answer

    def _emptiness(self, task: Task, base: str, answer: Answer) -> str | None:
        """Why a list page cannot be right: its pager or its source file led there, and it shows no article."""
        if task.kind != "list" or answer.body is None or not 200 <= answer.visit.status < 300:
            return None
        content_type = answer.visit.content_type
        if shows_articles(self.source, task, base, answer.body, content_type):
            return None
        if task.depth and parse_page(answer.body, base, content_type).kind is PageKind.ERROR:
            return None  # the page after the last one, said in words
        return "empty list：列表页上没有认出一条文章链接"

    def _store_list(self, task: Task, visit: Visit, found: list[Task]) -> None:
        """Store a list page by itself: what is new on it decides whether the list is walked on.

        Its next page is among `found`, so a first walk survives a crash; the frontier does not hand out a list page
        that it knows, so a later walk is led from here.
        """
        new = self.frontier.done([(task, visit, found)])
        self.report.new += new
        following = found[-1]
        if task.kind == "list" and following.kind == "list" and (new or self.bounds.since):
            self.following[following.url] = following

    def _found(self, task: Task, answer: Answer) -> list[Task]:
        """The tasks on a list or e-paper page, and the next page of an article; an unchanged one leads nowhere new
        unless a back-fill asks.
        """
        visit, body = answer.visit, answer.body
        if task.kind in ("article", "part") and visit.body is not None and body is not None:
            part = next_part(task, visit.final_url or task.url, body, visit.content_type)
            return [part] if part else []
        if task.kind not in ("list", "epaper") or body is None or (visit.body is None and not self.bounds.since):
            return []
        base = visit.final_url or task.url
        found = tasks_on(self.source, task, base, body, visit.content_type, self.bounds.since, self.shift)
        return self._walked(task, found) if task.kind == "list" else found

    def _walked(self, task: Task, found: list[Task]) -> list[Task]:
        """The tasks of a list page; where it is the page before it once more, only another number for the next one.

        Some systems call the second page index_1, others index_2, and the wrong one silently answers with page 1.
        """
        articles = frozenset(one.url for one in found if one.kind == "article")
        if articles and articles == self.led_from.get(task.url):
            if self.shift or not self.source.next_page:
                return []  # the last page, again and again
            self.shift = 1
            number = str(self.source.next_page_from + task.depth)
            other = urljoin(task.url, self.source.next_page.replace("{n}", number))
            return [Task(other, self.source.id, "list", task.depth)] if other != task.url else []
        if found and found[-1].kind == "list":
            self.led_from[found[-1].url] = articles
        return found

    def flush(self) -> None:
        """Store what is buffered, in one transaction."""
        if self.buffer:
            batch, self.buffer = self.buffer, []
            self.report.new += self.frontier.done(batch)

    async def _tick(self) -> None:
        extended = time.monotonic()
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            self.flush()
            if self.heartbeat:
                self.heartbeat(self.report)
            if self.inflight and time.monotonic() - extended >= EXTEND_EVERY:
                extended = time.monotonic()
                self.frontier.extend(list(self.inflight.values()))
