"""Where the parts of an article stand on a page: CSS selectors, from a source file's [page] section."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class PageRules:
    """Selectors of a site, tried in order before the common ones; `meta[name=X]` gives the content of the tag."""

    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()

    def then(self, other: PageRules) -> PageRules:
        """These rules, and after them those of `other`."""
        names = (part.name for part in fields(self))
        return PageRules(**{name: getattr(self, name) + getattr(other, name) for name in names})


COMMON = PageRules(
    body=(
        "#ozoom",
        "founder-content",
        "#js_content",
        ".trs_editor_view",
        ".TRS_UEDITOR",
        ".TRS_Editor",
        "#UCAP-CONTENT",
        ".v_news_content",
        "#vsb_content",
        "[itemprop=articleBody]",
        "#ArticleContent",
        "#articleContent",
        "#article_content",
        "#artibody",
        "#endText",
        "#Cnt-Main-Article-QQ",
        "#rwb_zw",
        ".rm_txt_con",
        "#mp-editor",
        "#contentMain",
        "#zoom",
        "#Zoom",
        "#zoomcon",
        "#news_content",
        ".main-txt",
        "div.bt-content",
        ".left_zw",
        "#p-detail",
        ".post_body",
        ".article-content",
        ".article_content",
        ".articleContent",
        ".article-body",
        ".article-detail",
        ".entry-content",
        ".news_content",
        ".news_txt",
        '[id*="article"][id*="content"]',
        '[class*="article"][class*="content"]',
        "#conter2018",
        "#content",
        ".content",
        "article",
    ),
    time=("#pubtime_baidu", "#pubtime", "time[datetime]", "time", "#ArticleCreatedAt", "#publish_time"),
    origin=(
        "#source_baidu",
        "#ArticleSource",
        "#media_name",
        "#ne_article_source",
        "#art_source",
        "#js_name",
        "[data-role=original-link]",
        ".article-source",
        ".source",
        ".laiyuan",
        ".ly",
    ),
    author=("#author_baidu", ".author-name", ".article-author", "[itemprop=author]", "[rel=author]"),
    editor=("#editor_baidu",),
)
