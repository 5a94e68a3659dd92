"""才讯 on the command line: `caixun --help` lists the commands; they lie by topic in scheduler/commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parsers.errors import CaixunError
from scheduler.commands import (
    alerts,
    bench,
    brief,
    bundle,
    crawling,
    doctor,
    downloading,
    keeping,
    publish,
    reading,
    running,
    searching,
    sources,
    takedown,
    warc,
    words,
)
from scheduler.commands.options import DATA

if TYPE_CHECKING:
    from db.notebook import Archive

_TOPICS = (
    running,
    publish,
    crawling,
    reading,
    searching,
    downloading,
    brief,
    sources,
    takedown,
    alerts,
    bench,
    warc,
    bundle,
    keeping,
    doctor,
)


class Commands(click.Group):
    """Expected failures become one line on standard error and exit code 1; bugs stay loud."""

    def main(self, *args: Any, **extra: Any) -> Any:
        with words.spoken():
            return super().main(*args, **extra)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CaixunError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # the reader of our output has left (| head)
            sys.stderr.close()
            raise SystemExit(1) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caixun", message="caixun %(version)s", help="显示版本后退出。")
def main() -> None:
    """才讯：关注各省人才工作新闻，抓取、解析、检索、提醒、下载。"""


def connect(where: str | Path, *, frames: str = "pandas") -> Archive:
    """An archive to be read in a notebook: a data directory, a file of an edition, or the address of a running site.

    Tables come as data frames of `frames`, "pandas" or "polars" (pip install "caixun[notebook]"); see docs/notebook.md.
    Raises db.errors.DataDirectoryError, scheduler.errors.SiteUnreachable.
    """
    from scheduler import notebook

    return notebook.connect(where, frames)


@main.command()
@DATA
@click.option("--host", default=None, help="监听地址（默认见 caixun.toml）")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口（默认 8000）")
@click.option(
    "--edition", type=click.Path(path_type=Path), help="打开已发布的版本（caixun publish 的目录，或其中一个），只读"
)
def serve(data: Path, host: str | None, port: int | None, edition: Path | None) -> None:
    """只启动网页。"""
    from scheduler import child, programs, serving
    from scheduler.handing import Channel

    child.begin()
    with child.reading_modules():
        from datasette_plugins import server, shared
        from datasette_plugins.app import build
        from db.paths import DataDirectory
        from scheduler.in_force import settings_of
        from scheduler.publishing import access_of, opened

        server.read_modules()

    directory = DataDirectory(data.resolve()) if edition else DataDirectory(data.resolve()).existing()
    settings = settings_of(directory)
    host, port = host or settings.web.host, port or settings.web.port
    if programs.port_in_use(host, port):
        click.echo(programs.taken(host, port), err=True)
        sys.exit(3)
    url = settings.web.base_url.rstrip("/") or f"http://{host}:{port}"
    shown, access = programs.full_text(settings, host), access_of(directory, settings)
    live = None if edition else directory.path
    if edition:
        directory, shown = opened(edition.resolve())
    count = serving.number_of(settings.web.workers, directory.archive)
    if count == 1:
        server.alone(build(directory.path, url, show_full_text=shown, access=access).app(), host, port)
        return

    def work(channel: Channel) -> None:
        application = build(directory.path, url, show_full_text=shown, access=access).app()
        server.work(application, channel, channel.counts.ready, channel.counts.settled)

    shared.prepare()
    sys.exit(serving.run(work, host, port, count, live))


for _topic in _TOPICS:
    for _command in _topic.COMMANDS:
        main.add_command(_command)


if __name__ == "__main__":
    main()
