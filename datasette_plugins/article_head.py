"""What machines read in the head of an article page: Highwire and Dublin Core tags (Zotero), schema.org JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from datasette_plugins import render
from db.citations import Edition, Work, is_newspaper, page_number
from db.values import ArticleRecord
from parsers.dates import BEIJING


def today() -> str:
    """The day in Beijing: when a reference was looked up, when a page was printed."""
    return render.now().astimezone(BEIJING).date().isoformat()


def permanent(record: ArticleRecord, base: str) -> str:
    """The address under which this very text stays."""
    return f"{base}/article/{record.id}/revision/{record.revision}"


def work(record: ArticleRecord, base: str, accessed: str, *, pinned: bool = False) -> Work:
    """The article as a reference: its original address, or the archive's where that is gone or a text is `pinned`."""
    kept = permanent(record, base)
    return Work(
        key=f"caixun-{record.id}" + (f"-r{record.revision}" if pinned else ""),
        title=record.title,
        subtitle=record.subtitle or "",
        authors=record.authors,
        container=record.origin or record.source_title,
        published=record.published,
        accessed=accessed,
        url=kept if pinned or record.state == "gone" or not record.url.startswith("http") else record.url,
        archived=kept,
        page=page_number(record.url, record.origin, record.kicker),
    )


def tags(record: ArticleRecord, base: str) -> list[tuple[str, str]]:
    """(name, content) of the meta tags, only of what is known."""
    day = (record.published or "")[:10]
    container = record.origin or record.source_title
    newspaper = is_newspaper(container)
    pairs = [
        ("z:itemType", "newspaperArticle" if newspaper else "webpage"),
        ("citation_title", record.title),
        *(("citation_author", author) for author in record.authors),
        ("citation_publication_date", day.replace("-", "/")),
        ("citation_journal_title" if newspaper else "citation_publisher", container),
        ("citation_firstpage", page_number(record.url, record.origin, record.kicker) if newspaper else ""),
        ("citation_language", "zh-CN"),
        ("citation_public_url", permanent(record, base)),
        ("DC.title", record.title),
        *(("DC.creator", author) for author in record.authors),
        ("DC.date", day),
        ("DC.publisher", container),
        ("DC.type", "Text"),
        ("DC.language", "zh-CN"),
        ("DC.identifier", permanent(record, base)),
        ("DC.source", record.url if record.url.startswith("http") else ""),
    ]
    return [(name, content) for name, content in pairs if content]


def dataset_json_ld(edition: Edition) -> Markup:
    """An edition as a schema.org Dataset, safe inside a script element."""
    return _script({
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": edition.url,
        "name": f"{edition.title} {edition.id}",
        "version": edition.id,
        "datePublished": edition.date,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "才讯"},
        "identifier": f"sha256:{edition.sha256}",
        "distribution": {
            "@type": "DataDownload", "contentUrl": f"{edition.url}/archive.db", "sha256": edition.sha256,
            "encodingFormat": "application/vnd.sqlite3",
        },
    })  # fmt: skip


def dataset_tags(edition: Edition) -> list[tuple[str, str]]:
    """(name, content) of the meta tags by which Zotero takes an edition for data."""
    return [
        ("z:itemType", "dataset"),
        ("citation_title", f"{edition.title} {edition.id}"),
        ("citation_author", "才讯"),
        ("citation_publication_date", edition.date.replace("-", "/")),
        ("citation_public_url", edition.url),
    ]


def json_ld(record: ArticleRecord, base: str) -> Markup:
    """The schema.org NewsArticle, safe inside a script element."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": permanent(record, base),
        "headline": record.title,
        "alternativeHeadline": record.subtitle,
        "datePublished": record.published,
        "inLanguage": "zh-CN",
        "author": [{"@type": "Person", "name": author} for author in record.authors],
        "publisher": {"@type": "Organization", "name": record.origin or record.source_title},
        "isBasedOn": record.url if record.url.startswith("http") else None,
        "url": f"{base}/article/{record.id}",
        "about": list(record.themes),
        "contentLocation": [{"@type": "Place", "name": place} for place in record.places],
    }
    return _script(data)


def _script(data: Mapping[str, object]) -> Markup:
    text = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    # Only characters that could end the element or open markup are escaped; JSON reads them back unchanged.
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
