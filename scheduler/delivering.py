"""Matching and delivery in a process of their own, so that neither parsing nor a slow receiver holds them up.

    changes (log 2) ─ match ─▶ debts ─ gather ─▶ messages ─ deliver ─▶ accepted, or tried again later

Each step commits before the next begins; killed anywhere, the next start goes on there. One process delivers at a
time: a file lock that the kernel lets go with its holder.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from db import gathering, health, outbox, subscriptions
from db.backup import retelling
from db.connection import open_reader, open_writer
from db.crash_points import reach
from db.matching import Matcher
from db.outbox import OPERATOR, DueLetter
from db.paths import DataDirectory
from db.schedules import Clock
from db.subscriptions import MAIL
from parsers.dates import BEIJING
from scheduler import briefs, calendar, child, house, locks
from scheduler.channels import outgoing
from scheduler.channels.addresses import Rules
from scheduler.channels.channel import CHANNELS
from scheduler.channels.channel import Desk as ChannelDesk
from scheduler.channels.pacing import Pacer
from scheduler.channels.receipt import NotAccepted
from scheduler.child import guarded
from scheduler.composing import Desk
from scheduler.delivery import backoff, send
from scheduler.errors import DeliveryError, NothingLeft
from scheduler.in_force import SettingsWatch, settings_of
from scheduler.settings import Settings
from scheduler.told_journal import Journal

_log = logging.getLogger(__name__)
_POLL = 0.4  # seconds between two looks at a log that had nothing new
_GATHER = 2.0  # seconds between two looks at the hours of digests
_PATIENCE = 120.0  # seconds for one message, whatever its receiver does
_AT_ONCE = {MAIL: 8, OPERATOR: 1}  # messages handed over side by side; a receiver that hangs holds up only its kind
_OTHERS = 4
_ENDING = 10.0  # seconds that messages under way have when the program ends
LOCK = ".delivery"


class Delivering:
    """The three steps over one data directory; `close` when done."""

    def __init__(self, directory: DataDirectory, settings: Settings) -> None:
        self.directory = directory
        self.settings = settings
        self._stack = ExitStack()
        self.subscribers = open_writer(directory.subscribers)
        self.archive = open_reader(directory.archive)
        self._stack.callback(self.subscribers.close)
        self._stack.callback(self.archive.close)
        self._matcher = Matcher(self.subscribers, self.archive)
        self._key = subscriptions.secret(self.subscribers)
        self._pacer = Pacer(time.monotonic)
        self._watch = SettingsWatch(directory, settings)
        self._journal = Journal(self.subscribers, settings.backup.place)
        self._stack.callback(self._journal.close)
        self._adopt(settings)
        self._settle = timedelta(seconds=2) if house.is_demo(directory) else gathering.SETTLE
        self._under_way: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._minute = ""  # that the schedules were last looked at
        self._held: dict[str, float] = {}  # until when those wait of which nothing can be written down (a full disk)

    def _adopt(self, settings: Settings) -> None:
        """Work by these settings from now on."""
        self.settings = settings
        self._clock = Clock(calendar.load(self.directory.path).workday, settings.alerts.daily_time)
        self._desk = Desk(self._key, settings)
        self._channel_desk = ChannelDesk(self._key, Rules.of(settings.channels), self._pacer, house.now)
        self._journal.place = settings.backup.place

    def close(self) -> None:
        """Let go of the databases."""
        self._stack.close()

    def match(self) -> int:
        """Work off log 2; how many changes."""
        done = 0
        while count := self._matcher.step(house.now()):
            done += count
        return done

    def gather(self) -> int:
        """Write the messages whose moment has come; how many. Moments of schedules are whole minutes."""
        now = house.now()
        if (fresh := self._watch.changed()) is not None:
            self._adopt(fresh)
        written = gathering.gather_instant(self.subscribers, now, self._clock, self._settle)
        if (minute := now.strftime("%Y-%m-%dT%H:%M")) != self._minute:
            written += gathering.gather_slots(self.subscribers, now, self._clock)
            written += gathering.gather_proofs(self.subscribers, now, self._clock)
            self._minute = minute
        for name in retelling.find_again(self.subscribers, self.archive, now):
            if due := outbox.letter_of(self.subscribers, name.strip("<>")):  # its frozen link shows it again
                outgoing.fixed(self.subscribers, self.archive, due, self._key, now)
        return written

    async def deliver(self) -> int:
        """Hand over every message that is due, and wait for what becomes of it; how many were tried."""
        tried = 0
        while started := self.start():
            tried += started
            await asyncio.wait([task for _, task in self._under_way.values()])
        return tried

    def start(self) -> int:
        """Begin to hand over what is due, as far as there is room; how many."""
        for name in [name for name, (_, task) in self._under_way.items() if task.done()]:
            if error := self._under_way.pop(name)[1].exception():  # what became of it could not be written down
                _log.error("消息 %s 的结果未能记下，稍后以同一编号重试：%s", name, error)
                self._held[name] = time.monotonic() + outbox.LEASE.total_seconds()
        self._held = {name: until for name, until in self._held.items() if until > time.monotonic()}
        self._journal.write(house.now())  # before anything is handed over: a restored house must not tell it again
        passed_over = [*self._under_way, *self._held, *retelling.held(self.subscribers)]
        started = 0
        for channel in self._channels():
            busy = sum(of == channel for of, _ in self._under_way.values())
            room = _AT_ONCE.get(channel, _OTHERS) - busy
            due = outbox.due_letters(self.subscribers, house.now(), room, passed_over, [channel]) if room else []
            for letter in due:
                self._under_way[letter.message_id] = (channel, asyncio.ensure_future(self._hand_over(letter)))
            started += len(due)
        return started

    def _channels(self) -> list[str]:
        """What can be sent to now; without a mail server letters wait."""
        mail = [MAIL] if self.settings.mail.host else []
        return [*mail, *([OPERATOR] if mail and self.settings.operator.email else []), *CHANNELS]

    async def _hand_over(self, due: DueLetter) -> None:
        try:
            answer = await asyncio.wait_for(self._send(due), _PATIENCE)
        except TimeoutError:
            self._put_off(due, DeliveryError(f"{due.channel} {_PATIENCE:.0f} 秒内没有答复；稍后重试", permanent=False))
        except NothingLeft as error:
            outbox.dropped(self.subscribers, due.message_id, house.now(), str(error))
        except DeliveryError as error:
            self._put_off(due, error)
        except Exception as error:  # noqa: BLE001 - a bug in one message must not hold up the others; it is in the log
            _log.exception("消息 %s 出错，稍后重试", due.message_id)
            self._put_off(due, DeliveryError(f"内部错误：{type(error).__name__}", permanent=False))
        else:
            outbox.sent(self.subscribers, due.message_id, house.now(), answer)

    async def _send(self, due: DueLetter) -> str | None:
        outbox.taken(self.subscribers, due.message_id, house.now())
        reach("deliver.taken")
        _, frozen = outgoing.fixed(self.subscribers, self.archive, due, self._key, house.now())
        if due.kind == briefs.KIND:
            return await self._send_brief(due)
        state = self._state_for(due)
        reach("deliver.composed")
        if due.debts and not any(one.hit for one in frozen.told):
            raise NothingLeft("内容已撤下，不再发送")
        if due.channel in (MAIL, OPERATOR):
            await send(self._desk.letter(due, frozen.told, state), self.settings.mail)
            answer = None
        else:
            lines = (f"来源状况：{state}",) if state else ()
            message = outgoing.message_of(due, frozen.told, self._desk.links(due), lines)
            answer = (await outgoing.hand_over(self.subscribers, due, message, self._channel_desk)).answer
        reach("deliver.accepted")
        return answer

    async def _send_brief(self, due: DueLetter) -> str | None:
        """A brief: the whole with its file by mail, its items and where it is read by the other channels."""
        sent, links, answer = briefs.fit(self.subscribers, self.archive, due), self._desk.links(due), None
        reach("deliver.composed")
        if due.channel == MAIL:
            await send(briefs.letter(due, sent, links, self.settings.mail.sender), self.settings.mail)
        else:
            message = briefs.message(due, sent, links)
            answer = (await outgoing.hand_over(self.subscribers, due, message, self._channel_desk)).answer
        reach("deliver.accepted")
        return answer

    def _put_off(self, due: DueLetter, error: DeliveryError) -> None:
        wait = None if error.permanent else backoff(due.tries + 1)
        asked = error.wait if isinstance(error, NotAccepted) else None
        if wait is not None and asked is not None:
            wait = max(wait, asked)
        # a webhook or robot that failed on every try for days is no address any more
        dead = error.address_dead if error.permanent else wait is None and due.channel in CHANNELS
        outbox.not_sent(self.subscribers, due.message_id, house.now(), str(error), wait, dead)
        _log.warning("%s", error)

    def _state_for(self, due: DueLetter) -> str:
        """One sentence for digests, so that silence can be trusted."""
        if due.kind not in ("digest", "silence"):
            return ""
        crawl = open_reader(self.directory.crawl)
        try:
            found = [source for source in health.sources(self.archive, crawl, house.now()) if source.state != "off"]
        finally:
            crawl.close()
        well = sum(source.state in ("ok", "new") for source in found)
        last = max((source.last_article for source in found if source.last_article), default=None)
        newest = f"，最近一篇收于 {datetime.fromisoformat(last).astimezone(BEIJING):%m月%d日 %H:%M}" if last else ""
        return f"{len(found)} 个来源中 {well} 个正常{newest}"

    async def run(self, stop: asyncio.Event) -> None:
        """Match, gather and deliver until `stop`; a step that fails is reported and tried again, the others go on."""
        looked = 0.0
        while not stop.is_set():
            done = guarded(self.match, _POLL)
            if done or time.monotonic() - looked >= _GATHER:
                done += guarded(self.gather, _POLL)
                looked = time.monotonic()
            done += guarded(self.start, _POLL)
            await self._pause(stop, 0.01 if done else _POLL)
        if pending := [task for _, task in self._under_way.values() if not task.done()]:
            await asyncio.wait(pending, timeout=_ENDING)

    async def _pause(self, stop: asyncio.Event, seconds: float) -> None:
        waiting = {asyncio.ensure_future(stop.wait()), *(task for _, task in self._under_way.values())}
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def once(directory: DataDirectory, settings: Settings) -> tuple[int, int, int]:
    """Match, gather and deliver what is due now: (changes, messages written, messages tried).

    Delivers nothing while the delivery process runs: it does.
    """
    work = Delivering(directory, settings)
    try:
        with locks.holding(directory.path, LOCK) as free:
            changes, written = work.match(), work.gather()
            return changes, written, asyncio.run(work.deliver()) if free else 0
    finally:
        work.close()


async def _until_stopped(work: Delivering) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work.run(stop)


def main(arguments: list[str] | None = None) -> int:
    """The program; 0 after SIGTERM, 3 when another one delivers for this data directory."""
    parser = argparse.ArgumentParser(prog="scheduler.delivering", description="匹配订阅并投递提醒")
    parser.add_argument("--data", type=Path, required=True, help="数据目录")
    directory = DataDirectory(parser.parse_args(arguments).data).prepare()
    child.begin()
    with locks.holding(directory.path, LOCK) as free:
        if not free:
            sys.stderr.write(f"已有一个投递进程在为 {directory.path} 工作，本进程退出\n")
            return 3
        work = Delivering(directory, settings_of(directory))
        try:
            asyncio.run(_until_stopped(work))
        finally:
            work.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
