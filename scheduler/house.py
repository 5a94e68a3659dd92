"""The data directory with its sources and settings: what every process of the house starts from."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler.sources import Source, built_in_directory, load_sources
from db.ingest import SourceFacts
from db.parts import Read
from db.paths import DataDirectory
from parsers import Page, parse_page
from parsers.dates import BEIJING
from parsers.decode import decode
from parsers.lexicon import Lexicon
from parsers.mirror_origin import original_urls
from scheduler import own_words, settings

DEMO = "demo"


def now() -> datetime.datetime:
    """The clock of the house (UTC)."""
    return datetime.datetime.now(datetime.UTC)


def is_demo(directory: DataDirectory) -> bool:
    """Whether the directory was made by `caixun run --demo`; its folder of that name says so."""
    return (directory.path / DEMO).is_dir()


def source_folders(directory: DataDirectory) -> list[Path]:
    """Where source files lie: those built in and DIR/sources; in a demo only its own."""
    own = directory.path / "sources"
    folders = [own] if is_demo(directory) else [built_in_directory(), own]
    return [folder for folder in folders if folder.is_dir()]


def sources(directory: DataDirectory) -> dict[str, Source]:
    """The sources that count here, by id."""
    return load_sources(source_folders(directory))


def prepare(path: Path, *, demo: bool = False) -> DataDirectory:
    """A data directory ready to work in: databases at today's schema, a commented caixun.toml, the demo's files."""
    directory = DataDirectory(path).prepare()
    file = path / settings.FILE_NAME
    if not file.exists():
        file.write_text(settings.DEFAULT_TOML, "utf-8")
    if demo:
        _prepare_demo(directory)
    return directory


def _prepare_demo(directory: DataDirectory) -> None:
    from scheduler.demo.ports import choose_ports, write_sources

    folder = directory.path / DEMO
    folder.mkdir(exist_ok=True)
    write_sources(directory.path / "sources", choose_ports(folder))
    if not (folder / "day").exists():
        beijing = now().astimezone(BEIJING)
        (folder / "day").write_text(beijing.date().isoformat(), "utf-8")
        (folder / "tick").write_text("0", "utf-8")


def facts_of(source: Source) -> SourceFacts:
    """What the archive keeps of a source file."""
    first = source.lists[0] if source.lists else None
    home = "{0.scheme}://{0.netloc}/".format(urlsplit(first)) if first else None
    return SourceFacts(
        id=source.id,
        title=source.title,
        province=source.province,
        city=source.city,
        family=source.family,
        enabled=source.enabled,
        url=home,
        reviewed=day.isoformat() if (day := source.checked or source.reviewed) else None,
        note=source.note,
        gone_after=source.gone_after,
        host=urlsplit(first).hostname if first else None,
        lists=source.lists,
    )


def local_facts() -> SourceFacts:
    """The source that files taken in by hand belong to."""
    return SourceFacts(
        "local",
        "本地文件",
        "",
        None,
        "generic",
        True,
        None,
        None,
        "用 caixun add 添加的文件",
        datetime.timedelta(days=1),
    )


def with_originals(page: Page, body: bytes, url: str, hosts: Sequence[str]) -> Page:
    """The page with the likely address of each article's original, where a mirror's address tells it."""
    found = original_urls(url, hosts, decode(body).text)
    if not found:
        return page
    return replace(page, articles=tuple(replace(one, original_url=found[0]) for one in page.articles))


def reader(known: dict[str, Source], lexicon: Lexicon | None = None) -> Read:
    """Reads a page with the rules of its source; an operator's `lexicon` decides what is talent work."""

    hosts = sorted({host for source in known.values() if (host := facts_of(source).host)})

    def read(body: bytes, url: str, content_type: str | None, source: str) -> Page:
        rules = known[source].page if source in known else None
        page = parse_page(body, url, content_type, rules)
        if lexicon is not None:
            page = own_words.judged_by(lexicon, page, url)
        return with_originals(page, body, url, hosts) if any(one.repairs for one in page.articles) else page

    return read


Clock = Callable[[], datetime.datetime]
