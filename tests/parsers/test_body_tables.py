"""Tables of facts become rows that can be read alone; tables that only place things do not."""

from __future__ import annotations

from parsers.html_article import read_html

_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_B = "会议强调，要坚持党管人才原则，健全一把手抓第一资源的工作机制，让各类人才引得进、留得住、用得好。"


def _body(body: str) -> tuple[str, ...]:
    title = "青河召开人才会议"
    return read_html(f"<title>{title}_河畔网</title><h1>{title}</h1><div id=content>{body}</div>", None).paragraphs


def _table(*rows: str) -> str:
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def test_a_table_of_incentives_gives_a_line_a_row() -> None:
    table = _table("<th>层次<th>安家补助<th>条件", "<td>博士<td><p>30万元</p><td>服务满五年", "<td>硕士<td>10万元<td>")
    assert _body(f"<p>{_A}</p>{table}<p>{_B}</p>") == (
        _A,
        "层次 | 安家补助 | 条件",
        "博士 | 30万元 | 服务满五年",
        "硕士 | 10万元",
        _B,
    )


def test_an_empty_cell_keeps_its_place() -> None:
    table = _table("<td>岗位<td>人数<td>学历", "<td>教师<td>&nbsp;<td>博士", "<td>医师<td>6<td>硕士")
    assert _body(f"<p>{_A}</p>{table}")[2] == "教师 | | 博士"


def test_a_label_over_several_rows_stands_in_each_and_an_amount_is_counted_once() -> None:
    table = _table(
        "<td>层次<td>方向<td>名额<td>经费",
        "<td rowspan=2>博士<td>算力<td>3名<td rowspan=2>80万元",
        "<td>医疗<td>5名",
        "<td colspan=3>合计<td>80万元",
    )
    assert _body(f"<p>{_A}</p>{table}")[1:] == (
        "层次 | 方向 | 名额 | 经费",
        "博士 | 算力 | 3名 | 80万元",
        "博士 | 医疗 | 5名",
        "合计 | 80万元",
    )


def test_a_long_cell_of_a_policy_table_stays_in_its_row() -> None:
    table = _table("<td>措施<td>内容", f"<td>引才<td>{_A}{_A[:40]}{_B}", f"<td>留才<td>{_B}")
    assert _body(f"<p>{_B[:20]}</p>{table}")[1:] == ("措施 | 内容", f"引才 | {_A}{_A[:40]}{_B}", f"留才 | {_B}")


def test_a_table_that_places_the_article_is_none_of_facts() -> None:
    inner = f"<table><tr><td><p>{_A}</p><p>{_B}</p></td></tr></table>"
    paragraphs = _body(f"<table><tr><td>&nbsp;</td><td>{inner}</td><td>&nbsp;</td></tr></table>")
    assert paragraphs == (_A, _B)
