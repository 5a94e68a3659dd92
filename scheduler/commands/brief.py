"""`caixun brief`: a search over some days as a document; `caixun brief send` hands an edited one to its readers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import DATA, DAY

if TYPE_CHECKING:
    from db.brief.sending import Edition, Target
    from db.paths import DataDirectory

_FORMS = ("docx", "html", "md")


class _BriefGroup(click.Group):
    """A command with options of its own that also has parts."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways to call it."""
        formatter.write_usage(ctx.command_path, "--from 日期 --to 日期 -o 文件 [OPTIONS]")
        formatter.write_usage(ctx.command_path, "send 文件 --to 地址… [OPTIONS]")


@click.group("brief", cls=_BriefGroup, invoke_without_command=True)
@DATA
@click.option("--from", "first", type=DAY, help="第一天（北京时间）")
@click.option("--to", "last", type=DAY, help="最后一天，含当日")
@click.option("--query", default="", help="只收检索到的，写法同检索")
@click.option("--format", "form", type=click.Choice(_FORMS), help="格式；不写则按 -o 的扩展名")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到这个文件")
@click.option("--overwrite", is_flag=True, help="文件已存在时换掉它（不写则不动：也许已经改过）")
@click.option("--title", default=None, help="简报名称，默认“人才工作简报”")
@click.option("--number", default="", help="期号，如 第12期")
@click.option("--office", default="", help="编发单位")
@click.option("--items", type=click.IntRange(1, 5000), default=None, help="最多列几条报道，默认 200")
@click.option("--template", type=click.Path(path_type=Path), help="模板目录；默认用数据目录的 brief/，没有则用自带的")
@click.option("--write-template", type=click.Path(path_type=Path), metavar="DIR", help="写出自带的模板和说明，供修改")
@click.pass_context
def brief(context: click.Context, /, **options: Any) -> None:
    """把几天里的报道编成简报：转载合并，按主题分列，主题内依中央、省、市、县；数字、政策、会议列表，附抓取说明。

    每条注明来源、日期，附原文和存档的链接；摘句都是原文语句。写成 .docx、.html、.md；改好后用 caixun brief send 发出。
    """
    if context.invoked_subcommand is not None:
        return
    if options["write_template"]:
        _write_template(options["write_template"])
        return
    missing = [name for name, key in (("--from", "first"), ("--to", "last"), ("-o", "output")) if not options[key]]
    if missing:
        raise click.UsageError(
            f"请写明 {'、'.join(missing)}，如 caixun brief --from 2026-11-01 --to 2026-11-15 -o 简报.docx"
        )
    _make(options)


def _write_template(folder: Path) -> None:
    from db.brief import templates

    written = templates.write_samples(folder)
    click.echo(f"{folder}：{'、'.join(path.name for path in written)}；改好后用 --template {folder}", err=True)


def _make(options: dict[str, Any]) -> None:
    from db.brief import templates
    from db.brief.collecting import collect
    from db.brief.values import ITEMS, TITLE, Asked
    from db.connection import open_reader
    from db.paths import DataDirectory
    from parsers.dates import BEIJING
    from scheduler import house, programs
    from scheduler.commands import progress_line
    from scheduler.in_force import settings_of

    output: Path = options["output"]
    form = _form(options["form"], output)
    if output.exists() and not options["overwrite"]:
        raise click.ClickException(f"{output} 已经存在，也许改过，没有动它：请换一个文件名，或加 --overwrite 换掉")
    directory = DataDirectory(options["data"].resolve()).existing()
    chosen = templates.load(options["template"]) if options["template"] else templates.of_directory(directory.path)
    settings = settings_of(directory)
    shown = programs.full_text(settings, settings.web.host)
    asked = Asked(
        options["first"].date(), options["last"].date(), options["query"], {}, options["title"] or TITLE,
        options["number"], options["office"], options["items"] or ITEMS, excerpt=not shown,
    )  # fmt: skip
    progress_line.show("检索……")
    made = collect(
        open_reader(directory.archive), asked, house.now().astimezone(BEIJING).date(),
        lambda done, of: progress_line.show(f"摘句 {done:,}/{of:,}"),
    )  # fmt: skip
    progress_line.show("排版……")
    _save(output, chosen.file(chosen.text(made, settings.web.public_url), form))
    progress_line.show("")
    left = f"，另有 {made.left_out:,} 条未列（--items 可增加）" if made.left_out else ""
    click.echo(f"{output}：{made.articles:,} 篇，合并为 {made.stories:,} 条，列出 {made.told:,} 条{left}", err=True)


def _save(output: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    draft = output.with_name(output.name + ".part")
    try:
        draft.write_bytes(content)
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise click.ClickException(f"不能写入 {output}：{error.strerror}") from error


def _form(chosen: str | None, output: Path) -> str:
    suffix = output.suffix.lower().lstrip(".")
    suffix = {"markdown": "md", "htm": "html"}.get(suffix, suffix)
    if chosen is None and suffix not in _FORMS:
        raise click.UsageError(f"从 {output.name} 看不出格式：请用 .docx、.html、.md 结尾，或写 --format")
    return chosen or suffix


@brief.command("send")
@DATA
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--to", "addresses", multiple=True, metavar="ADDRESS", help="邮箱，或 渠道:网址（如 wecom:https://…）；可重复"
)
@click.option("--subscription", "names", multiple=True, help="发给这个订阅（编号）；可重复")
@click.option("--subscribers", "everyone", is_flag=True, help="发给全部生效的订阅，同一地址只发一份")
@click.option("--template", type=click.Path(path_type=Path), help="由 .md 排成 Word 附件时用的模板目录")
@click.option("--yes", is_flag=True, help="不再询问")
def brief_send(
    data: Path,
    file: Path,
    addresses: tuple[str, ...],
    names: tuple[str, ...],
    everyone: bool,
    template: Path | None,
    yes: bool,
) -> None:
    """把改好的简报 FILE（.docx 或 .md）从提醒的渠道发出：邮件带附件，机器人和 Webhook 收到条目与链接。

    同一份简报对同一地址只发一次；引用的文章若已撤下则不发。投递、重试、记录与提醒相同，见 caixun alerts log。
    """
    from db.brief import sending
    from db.connection import open_reader, open_writer
    from db.paths import DataDirectory
    from scheduler import house

    directory = DataDirectory(data.resolve()).existing().prepare()
    connection = open_writer(directory.subscribers)
    edition = _edition(connection, directory.path, file, template)
    gone = sending.removed(open_reader(directory.archive), edition.document)
    if gone:
        raise click.ClickException(f"引用的文章已撤下（{'、'.join(gone[:5])}），没有发送：请改稿后再发")
    chosen = [
        *(_target(one, directory) for one in addresses),
        *(sending.targets_of(connection, names) if names else ()),
    ]
    targets = sending.once([*chosen, *(sending.targets_of(connection) if everyone else ())])
    if not targets:
        raise click.UsageError("请写明发给谁：--to 地址，或 --subscription 编号，或 --subscribers")
    if not yes:
        shown = "、".join(f"{one.channel} {one.address}" for one in targets[:10]) + ("等" if len(targets) > 10 else "")
        click.confirm(f"《{edition.title}》将发给 {len(targets)} 个地址：{shown}。发送吗？", abort=True, err=True)
    new, before = sending.owe(connection, edition, targets, house.now())
    known = f"，{before} 个地址早已发过同一份，不再发" if before else ""
    click.echo(f"{new} 封已排入待发{known}；caixun run 会自动投递，或运行 caixun alerts run 现在就发", err=True)


def _target(address: str, directory: DataDirectory) -> Target:
    """The address, when the channel takes it. Raises Refused and RefusedAddress."""
    from db.brief import sending
    from db.subscriptions import MAIL
    from scheduler.channels import channel
    from scheduler.channels.addresses import Rules
    from scheduler.in_force import settings_of

    found = sending.target(address)
    if found.channel != MAIL:
        channel.check(found.channel, found.address, Rules.of(settings_of(directory).channels))
    return found


def _edition(connection: sqlite3.Connection, directory: Path, file: Path, template: Path | None) -> Edition:
    """What is sent of a file: a Word file as it is, a text set by the templates. Raises WrongTemplate, Refused."""
    from db.brief import markdown, sending, templates, word_reading
    from db.errors import Refused

    form = file.suffix.lower()
    if form == ".docx":
        content = file.read_bytes()
        return sending.edition(connection, markdown.write(word_reading.read(content, file.name)), file.name, content)
    if form not in (".md", ".markdown"):
        raise Refused(f"{file.name}：只能发送 .docx 或 .md 的简报")
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{file} 不是 UTF-8 编码：请另存为 UTF-8") from error
    chosen = templates.load(template) if template else templates.of_directory(directory)
    return sending.edition(connection, text, f"{file.stem}.docx", chosen.docx(markdown.read(text)))


COMMANDS = (brief,)
