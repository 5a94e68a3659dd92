"""What the scheduler, ingest and the workers of several machines say to each other, over Redis Streams.

What lies in Redis (every name begins with caixun:):

    runs              hash: the runs that are open, by number
    tasks:<source>    stream: the tasks of a source's run, read by the consumer group `workers`
    hold:<host>       the one worker that asks this host now; ends by itself when it is not renewed
    answers           stream: what was fetched, with its bytes, in the order in which ingest stores it
    stored            the last answer that ingest has stored
    birth             names this Redis: the mark in crawl.db belongs to it, not to another one

A task is acknowledged in the same MULTI that puts its answer on the stream, so a worker may end at any moment: what it
had taken and not answered is taken over by the next one that holds the host.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import zstandard

from crawler.errors import RedisAway
from crawler.values import Task, Visit

if TYPE_CHECKING:
    from redis import Redis

GROUP = "workers"
HOLD_SECONDS = 15
_LEVEL = 3  # for the way only; ingest stores by its own means
_LARGEST = 64 << 20
# renew and let go only what is still ours
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('expire', KEYS[1], ARGV[2]) end return 0"
_DROP = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class RemoteRun:
    """A run that workers may take up: its number, the source file as text, the host, the User-Agent header.

    `version` is the Caixun that opened it; another one may read and write the streams otherwise.
    """

    number: int
    source: str
    file: str
    host: str
    agent: str
    version: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry of the stream of answers: what came of one task."""

    entry: str
    run: int
    task: Task
    visit: Visit
    found: list[Task]
    failed: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """An entry of the stream of answers: a worker has nothing more to do for a run, and why."""

    entry: str
    run: int
    ended: str
    left: int


def connect(url: str, password: str | None = None, *, patience: int = 12) -> Redis:
    """A client that tries again `patience` times (12: about 20 seconds) when Redis is away or restarting.

    Raises RedisAway when `url` is wrong or the extra `[redis]` is not installed; connects at the first command.
    """
    try:
        from redis import Redis
        from redis.backoff import ExponentialBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise RedisAway("多台机器抓取要用 redis 库：请运行 pip install 'caixun[redis]'") from error
    try:
        return Redis.from_url(
            url,
            **({"password": password} if password else {}),
            socket_timeout=10,
            socket_connect_timeout=5,
            health_check_interval=30,
            retry=Retry(ExponentialBackoff(cap=2, base=0.1), patience),
        )
    except ValueError as error:
        raise RedisAway(f"Redis 地址不对（{error}）：应写成 redis://主机:端口/库号") from error


class Post:
    """What the scheduler, ingest and the workers say to each other through one Redis.

    Every method raises RedisAway when the server stays away.
    """

    def __init__(self, client: Redis) -> None:
        self.client = client

    def ask(self, *words: Any) -> Any:
        """The answer to one command."""
        from redis.exceptions import RedisError

        command: Callable[..., Any] = self.client.execute_command
        try:
            return command(*words)
        except RedisError as error:
            raise self._away(error) from error

    def together(self, *commands: Sequence[Any]) -> list[Any]:
        """The answers to commands that happen all or not at all (MULTI)."""
        from redis.exceptions import RedisError

        pipe = self.client.pipeline(transaction=True)
        add: Callable[..., Any] = pipe.execute_command
        for words in commands:
            add(*words)
        try:
            answers: list[Any] = pipe.execute()
        except RedisError as error:
            raise self._away(error) from error
        return answers

    def _away(self, error: Exception) -> RedisAway:
        place = self.client.connection_pool.connection_kwargs
        where = f"{place.get('host', place.get('path', ''))}:{place.get('port', '')}"
        return RedisAway(f"Redis {where} 用不了（{error}）：请检查它是否在运行，地址和密码是否正确")

    def birth(self) -> str:
        """The name of this Redis; a new one when its data were lost."""
        seconds, micros = self.ask("TIME")
        self.ask("SET", "caixun:birth", f"{int(seconds)}.{int(micros):06}", "NX")
        return _text(self.ask("GET", "caixun:birth"))

    # runs

    def announce(self, run: RemoteRun) -> None:
        """Open a run: an empty stream of tasks, then its entry among the runs."""
        key = tasks_key(run.source)
        self.together(
            ("DEL", key),
            ("XGROUP CREATE", key, GROUP, "0", "MKSTREAM"),
            ("HSET", "caixun:runs", str(run.number), json.dumps(asdict(run), ensure_ascii=False)),
        )

    def runs(self) -> list[RemoteRun]:
        """The open runs, oldest first."""
        entries = self.ask("HGETALL", "caixun:runs")
        return sorted((RemoteRun(**json.loads(text)) for text in entries.values()), key=lambda run: run.number)

    def withdraw(self, run: RemoteRun) -> None:
        """Close a run; its tasks are forgotten (a later run of the same source keeps its own)."""
        others = [one for one in self.runs() if one.source == run.source and one.number != run.number]
        self.ask("HDEL", "caixun:runs", str(run.number))
        if not others:
            self.ask("DEL", tasks_key(run.source))

    # tasks

    def put(self, source: str, tasks: Sequence[Task]) -> None:
        """Tasks for whoever holds the host."""
        if tasks:
            self.together(*(("XADD", tasks_key(source), "*", "task", _task_text(task)) for task in tasks))

    def queued(self, source: str) -> int:
        """Tasks that are not answered: waiting, or taken by a worker."""
        return int(self.ask("XLEN", tasks_key(source)))

    def queued_tasks(self, source: str) -> list[Task]:
        """The same, oldest first."""
        return [_task(fields[b"task"]) for _, fields in self.ask("XRANGE", tasks_key(source), "-", "+")]

    def take(self, source: str, worker: str, limit: int, wait_ms: int = 0) -> list[tuple[str, Task]]:
        """Up to `limit` tasks that nobody took, with the names of their entries; waits `wait_ms` for the first."""
        blocking = ("BLOCK", wait_ms) if wait_ms else ()
        words = ("XREADGROUP", "GROUP", GROUP, worker, "COUNT", limit, *blocking, "STREAMS", tasks_key(source), ">")
        try:
            streams = self.ask(*words)
        except RedisAway as error:
            if "NOGROUP" in str(error):  # the run was closed meanwhile
                return []
            raise
        return _entries(streams)

    def take_over(self, source: str, worker: str) -> list[tuple[str, Task]]:
        """The tasks that workers which no longer hold the host had taken and not answered."""
        found: list[tuple[str, Task]] = []
        start = "0-0"
        while True:
            following, entries, *_ = self.ask("XAUTOCLAIM", tasks_key(source), GROUP, worker, 0, start, "COUNT", 100)
            found += [(_text(name), _task(fields[b"task"])) for name, fields in entries if fields]
            start = _text(following)
            if start == "0-0":
                return found

    # one worker a host

    def hold(self, host: str, token: str) -> bool:
        """Become the one who asks `host`; whether nobody else does."""
        return bool(self.ask("SET", _hold(host), token, "NX", "EX", HOLD_SECONDS))

    def renew(self, host: str, token: str) -> bool:
        """Go on holding `host`; False when it was lost."""
        return bool(self.ask("EVAL", _RENEW, 1, _hold(host), token, HOLD_SECONDS))

    def drop(self, host: str, token: str) -> None:
        """Let `host` go, if it is held with this token."""
        self.ask("EVAL", _DROP, 1, _hold(host), token)

    def is_held(self, host: str) -> bool:
        """Whether a worker asks `host` now."""
        return bool(self.ask("EXISTS", _hold(host)))

    def is_held_by(self, host: str, token: str) -> bool:
        """Whether `host` is held with this token."""
        return bool(self.ask("GET", _hold(host)) == token.encode())

    # answers

    def end(self, run: RemoteRun, ended: str, left: int) -> None:
        """Say that nothing more will come for `run` from this worker."""
        words = ("XADD", "caixun:answers", "*", "run", run.number, "end", json.dumps([ended, left]))
        self.ask(*words)

    def answers(self, after: str, limit: int, wait_ms: int) -> list[Answered | Ended]:
        """Up to `limit` answers after the entry `after`, oldest first; waits `wait_ms` for the first."""
        streams = self.ask("XREAD", "COUNT", limit, "BLOCK", wait_ms, "STREAMS", "caixun:answers", after)
        return [_answer(_text(name), fields) for _, entries in _pairs(streams) for name, fields in entries]

    def settle(self, source: str, answers: Sequence[tuple[Any, ...]], entries: Sequence[str]) -> str:
        """Put `answers` (of `answer_words`) and acknowledge the tasks of `entries`, in one; the last answer's entry."""
        key = tasks_key(source)
        done = [(word, key, *rest) for entry in entries for word, *rest in (("XACK", GROUP, entry), ("XDEL", entry))]
        return _text(self.together(*answers, *done)[len(answers) - 1])

    def newest(self) -> str:
        """The last answer on the stream, stored or not; "0-0" when there is none."""
        entries = self.ask("XREVRANGE", "caixun:answers", "+", "-", "COUNT", 1)
        return _text(entries[0][0]) if entries else "0-0"

    def waiting(self) -> int:
        """Answers that are not stored yet."""
        return int(self.ask("XLEN", "caixun:answers"))

    def stored(self, entry: str) -> None:
        """Everything up to `entry` is safe in crawl.db: say so, and forget it here."""
        milliseconds, number = numbers_of(entry)
        self.together(
            ("SET", "caixun:stored", entry),
            ("XTRIM", "caixun:answers", "MINID", f"{milliseconds}-{number + 1}"),
        )

    def last_stored(self) -> str:
        """The last entry that is safe in crawl.db; "0-0" before the first."""
        return _text(self.ask("GET", "caixun:stored") or b"0-0")


def tasks_key(source: str) -> str:
    """The name of a source's stream of tasks."""
    return f"caixun:tasks:{source}"


def _hold(host: str) -> str:
    return f"caixun:hold:{host}"


def _text(raw: bytes | str) -> str:
    return raw.decode() if isinstance(raw, bytes) else raw


def numbers_of(entry: str) -> tuple[int, int]:
    """An entry's name as numbers that can be compared."""
    milliseconds, _, number = entry.partition("-")
    return int(milliseconds), int(number)


def position_of(entry: str) -> int:
    """An entry's name as one number that grows with the stream and fits SQLite's integers."""
    milliseconds, number = numbers_of(entry)
    return milliseconds << 20 | min(number, (1 << 20) - 1)


def entry_at(position: int) -> str:
    """The name of the entry that `position_of` made a number of."""
    return f"{position >> 20}-{position & (1 << 20) - 1}"


def _pairs(streams: Any) -> list[tuple[Any, Any]]:
    """The streams of an answer, which is a list or a mapping according to the protocol, or nothing."""
    return list(streams.items() if isinstance(streams, dict) else streams or ())


def _entries(streams: Any) -> list[tuple[str, Task]]:
    return [(_text(name), _task(fields[b"task"])) for _, entries in _pairs(streams) for name, fields in entries]


def _task_text(task: Task) -> str:
    return json.dumps(asdict(task), ensure_ascii=False)


def _task(text: bytes) -> Task:
    return Task(**json.loads(text))


def answer_words(run: int, task: Task, visit: Visit, found: list[Task], *, failed: bool) -> tuple[Any, ...]:
    """The command that puts what came of `task` on the stream of answers."""
    said = {**asdict(visit), "body": None}
    body = () if visit.body is None else ("body", zstandard.ZstdCompressor(level=_LEVEL).compress(visit.body))
    return (
        "XADD", "caixun:answers", "*",
        "run", run,
        "task", _task_text(task),
        "visit", json.dumps(said, ensure_ascii=False),
        "found", json.dumps([asdict(one) for one in found], ensure_ascii=False),
        "failed", int(failed),
        *body,
    )  # fmt: skip


def _answer(entry: str, fields: dict[bytes, bytes]) -> Answered | Ended:
    run = int(fields[b"run"])
    if b"end" in fields:
        ended, left = json.loads(fields[b"end"])
        return Ended(entry, run, ended, left)
    packed = fields.get(b"body")
    body = None if packed is None else zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
    return Answered(
        entry,
        run,
        _task(fields[b"task"]),
        Visit(**{**json.loads(fields[b"visit"]), "body": body}),
        [Task(**one) for one in json.loads(fields[b"found"])],
        fields[b"failed"] == b"1",
    )
