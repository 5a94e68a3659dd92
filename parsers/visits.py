"""What passes between the crawler and whoever hands it work: tasks in, visits out.

They lie in this room because both crawler and db may import it, and neither the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

BLOCKED_STATUS = (401, 403, 405, 412, 418, 429, 451, 521)  # of an answer that says that the site does not want us


@dataclass(frozen=True, slots=True)
class Task:
    """One URL to fetch.

    `kind` is list, article, part (a further page of an article), epaper, or look (a single page asked for by hand).
    """

    url: str
    source: str
    kind: str
    depth: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    title: str | None = None  # as a list page printed it
    date: str | None = None  # likewise, ISO 8601
    tries: int = 0
    only_if_new: bool = False  # a next list page: wanted only if its page had a URL that is new to the frontier


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer of the network to one URL; `body` None means there was none (304, an error) or it is unchanged.

    `status` is the HTTP status, or 0 when nothing was received (then `error` says why in one line:
    timeout, refused address, robots, too large, cut short, …). Times are ISO 8601 with offset, UTC.
    """

    url: str
    source: str
    kind: str
    fetched_at: str
    status: int
    body: bytes | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None
    error: str | None = None
    title: str | None = None
    date: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None  # seconds that the server asked us to wait


class Frontier(Protocol):
    """Where a crawl takes its URLs from and stores its visits (SQLite, or Redis Streams).

    A task is leased until it is done or failed; a lease that runs out is handed out again.
    """

    def claim(self, limit: int) -> list[Task]:
        """Up to `limit` due tasks, leased to this run; new before revisit before back-fill."""

    def done(self, visits: list[tuple[Task, Visit, list[Task]]]) -> int:
        """Store visits (page, links, validators) in one transaction; the number of URLs new to the frontier.

        The third member holds the tasks found on the page; a known URL is not added again, but one whose
        printed title differs from the one known is looked at again now.
        """

    def fail(self, task: Task, visit: Visit) -> None:
        """Store a failed visit; the task is due again after a back-off, or dead after its last try."""

    def extend(self, tasks: list[Task]) -> None:
        """Prolong the leases of `tasks` (a slow download)."""

    def outstanding(self) -> int:
        """Tasks of this run's source that are due now or leased by this run."""
