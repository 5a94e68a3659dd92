"""Works off what the web asks for (db.requests): a preview of a new source, its acceptance, a run at once.

A draft lies in DIR/drafts/NUMBER, in the shape of a folder of sources, until it is accepted; accepting moves it. Every
step may be done twice: a preview overwrites its own draft, an acceptance that finds its file moved is done.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.cases import EXPECTED, cases_of, read_again
from crawler.errors import SourceFileError
from crawler.sources import CASES, read_source
from crawler.stub import Given, write_draft
from db import requests
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from db.requests import Request
from parsers.errors import CaixunError
from scheduler import bundling, house, preparing, source_checks
from scheduler.side_process import SideProcess

_log = logging.getLogger(__name__)
DRAFTS = "drafts"
Result = dict[str, Any]
Say = Callable[[str], None]


@dataclass(slots=True)
class RequestWorker:
    """Works off one request (of its kinds) at a time, each in a process of its own; called by the scheduler's clock."""

    directory: DataDirectory
    kinds: tuple[str, ...] = requests.SHORT
    side: SideProcess = field(default_factory=SideProcess)
    number: int = 0

    def recover(self) -> None:
        """At the start of the one scheduler: what a killed one held waits again."""
        with closing(open_writer(self.directory.crawl)) as connection:
            requests.recover(connection, self.kinds)

    def tick(self) -> None:
        """End what has ended, begin the next."""
        code = self.side.ended()
        if code is not None:
            self._end_silent(code)
        if self.side.runs:
            return
        with closing(open_reader(self.directory.crawl)) as connection:
            if not requests.waiting(connection, self.kinds):
                return
        with closing(open_writer(self.directory.crawl)) as connection:
            request = requests.claim(connection, self.kinds)
        if request is not None:
            self.number = request.id
            self.side.begin("work-request", str(self.directory.path), str(request.id))

    def stop(self) -> None:
        """End what runs; it waits again at the next start."""
        self.side.stop()

    def _end_silent(self, code: int) -> None:
        """A process that ended without a word leaves a failed request."""
        with closing(open_writer(self.directory.crawl)) as connection:
            said = {"error": f"处理进程中断（退出码 {code}），请再试一次；原因见 scheduler.log"}
            if requests.finish(connection, self.number, said, house.now(), failed=True):
                _log.error("请求 %s 的处理进程中断，退出码 %s", self.number, code)


def work_off(directory: DataDirectory, number: int) -> None:
    """Work off the claimed request `number` and record what came of it; an expected failure is its result."""
    with closing(open_writer(directory.crawl)) as connection:
        request = requests.find(connection, number)
        if request is None or not request.open:
            return
        try:
            result = _WORK[request.kind](directory, request, lambda text: requests.report(connection, number, text))
        except CaixunError as error:
            requests.finish(connection, number, {"error": str(error)}, house.now(), failed=True)
        else:
            requests.finish(connection, number, result, house.now())


def _preview(directory: DataDirectory, request: Request, say: Say) -> Result:
    """Look at the page and leave a draft; the draft with what it takes from the pages seen."""
    url = str(request.arguments["url"])
    say(f"正在打开 {url}，先问 robots.txt，再看一页列表和一篇文章")
    private = tuple(request.arguments.get("allow_private", ()))
    draft = source_checks.draft(directory.path, url, Given(allow_private=private))
    folder = directory.path / DRAFTS / str(request.id)
    if folder.exists():
        shutil.rmtree(folder)  # of this very request, begun before a kill
    write_draft(draft, folder)
    return {"id": draft.id, "toml": draft.toml, "notes": list(draft.notes), "check": draft.check.as_json()}


def _accept(directory: DataDirectory, request: Request, say: Say) -> Result:
    """Move the draft of a preview, with the text as it was edited, into the operator's sources."""
    with closing(open_reader(directory.crawl)) as connection:
        preview = requests.find(connection, int(request.arguments["preview"]))
    if preview is None or preview.kind != "preview" or preview.state != "done":
        raise SourceFileError(f"没有编号为 {request.arguments['preview']} 的预览：请重新填写网址")
    name, text = str(preview.result["id"]), str(request.arguments["toml"]).replace("\r\n", "\n")
    draft, own = directory.path / DRAFTS / str(preview.id), source_checks.own_folder(directory.path)
    target = own / f"{name}.toml"
    if target.exists():
        if target.read_text("utf-8") == text:
            return {"id": name, "file": target.name}
        raise SourceFileError(f"已有来源文件 {target.name}，不覆盖")
    say(f"正在写 {target.name}")
    _check(draft, name, text)
    _move(draft, own, name)
    return {"id": name, "file": target.name}


def _check(draft: Path, name: str, text: str) -> None:
    """Put the edited text in the draft's place; SourceFileError when it is wrong. Its cases are read with it."""
    file = draft / f"{name}.toml"
    before = file.read_text("utf-8") if file.exists() else None
    draft.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    try:
        source = read_source(file)
        if source.enabled and not source.province:
            raise SourceFileError(f"{file.name}：province：启用前请填写省级行政区全称，全国性的写 全国")
    except SourceFileError:
        if before is not None:
            file.write_text(before, "utf-8")
        raise
    for place in cases_of(draft, name):
        (place / EXPECTED).unlink(missing_ok=True)
        read_again(source, place)


def _move(draft: Path, own: Path, name: str) -> None:
    """The cases first, the source last: what is seen of a source is whole."""
    saved, place = draft / CASES / name, own / CASES / name
    if saved.exists() and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        saved.rename(place)
    own.mkdir(parents=True, exist_ok=True)
    (draft / f"{name}.toml").rename(own / f"{name}.toml")
    shutil.rmtree(draft)


def _run(directory: DataDirectory, request: Request, say: Say) -> Result:
    """Make a source due now; the scheduler's next tick starts it."""
    name = str(request.arguments["source"])
    with closing(open_writer(directory.crawl)) as connection:
        if not requests.due_now(connection, name, house.now()):
            raise SourceFileError(f"来源 {name} 没有启用，或没有这个来源：见 caixun sources list")
    return {"id": name}


_WORK: dict[str, Callable[[DataDirectory, Request, Say], Result]] = {
    "preview": _preview,
    "accept": _accept,
    "run": _run,
    "download": preparing.prepare,
    "bundle": bundling.work,
}
