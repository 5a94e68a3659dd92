"""The `Frontier` of a worker on another machine: its tasks and answers go through Redis (see crawler.redis_post)."""

from __future__ import annotations

import time

from crawler.redis_post import Post, RemoteRun, answer_words, numbers_of
from crawler.values import Task, Visit

WAIT = 2.0  # seconds that a claim waits for tasks that ingest may still find
MOST_WAITING = 5000  # answers that ingest has not stored; beyond this nothing more is fetched


class RedisFrontier:
    """The `Frontier` of one worker that holds the host of `run`.

    What is new is known only where crawl.db is: `done` answers 0, and ingest puts the tasks found on the stream.
    """

    def __init__(self, post: Post, run: RemoteRun, worker: str, token: str) -> None:
        self.post, self.run, self.worker, self.token = post, run, worker, token
        self.entries: dict[str, str] = {}  # URL → entry of the tasks in hand
        self.reclaimed: list[tuple[str, Task]] | None = None
        self.last = "0-0"  # the newest answer of ours

    def claim(self, limit: int) -> list[Task]:
        """See `parsers.visits.Frontier`; first what a dead worker had in hand. Waits when only ingest can go on."""
        if self.reclaimed is None:
            self.reclaimed = self.post.take_over(self.run.source, self.worker)
        ready, self.reclaimed = self.reclaimed[:limit], self.reclaimed[limit:]
        if len(ready) < limit and self.post.waiting() < MOST_WAITING:
            ready += self.post.take(self.run.source, self.worker, limit - len(ready))
        if not ready and not self.entries:
            ready = self._awaited(limit)
        self.entries.update({task.url: entry for entry, task in ready})
        return [task for _, task in ready]

    def _awaited(self, limit: int) -> list[tuple[str, Task]]:
        until = time.monotonic() + WAIT
        while time.monotonic() < until and self.outstanding():
            if self.post.waiting() >= MOST_WAITING:
                time.sleep(0.2)
            elif ready := self.post.take(self.run.source, self.worker, limit, wait_ms=200):
                return ready
        return []

    def done(self, visits: list[tuple[Task, Visit, list[Task]]]) -> int:
        """Put the answers on the stream and acknowledge their tasks, all or nothing; 0 (see the class)."""
        self._settle([(*visit, False) for visit in visits])
        return 0

    def fail(self, task: Task, visit: Visit) -> None:
        """Put the failure on the stream and acknowledge its task."""
        self._settle([(task, visit, [], True)])

    def _settle(self, items: list[tuple[Task, Visit, list[Task], bool]]) -> None:
        number = self.run.number
        answers = [answer_words(number, task, visit, found, failed=failed) for task, visit, found, failed in items]
        entries = [self.entries[task.url] for task, *_ in items if task.url in self.entries]
        self.last = self.post.settle(self.run.source, answers, entries)
        for task, *_ in items:
            self.entries.pop(task.url, None)

    def extend(self, tasks: list[Task]) -> None:
        """The tasks are ours while the host is: hold it on."""
        self.post.renew(self.run.host, self.token)

    def outstanding(self) -> int:
        """Tasks on the stream, and one more while ingest has not read all that we found."""
        unread = numbers_of(self.last) > numbers_of(self.post.last_stored())
        return self.post.queued(self.run.source) + int(unread)
