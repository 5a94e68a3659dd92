"""Schema of archive.db: what the public may see, through the authorizer."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from db import stories
from db.connection import run_script
from parsers.facts.measure_forms import normal_measure
from parsers.shingles import letters, sketch

migrations = Migrations("caixun.archive")


@migrations()
def m001_articles(database: Database) -> None:
    """Sources, coverage, articles with texts, facts, stories, changes (log 2), follow-ups, the index."""
    run_script(
        database.conn,
        """
        create table sources (
          id text primary key, title text not null, province text not null, city text, family text not null,
          enabled integer not null, url text, reviewed text, note text
        );
        create table coverage (
          source text not null, day text not null, lists integer not null default 0,
          pages integer not null default 0, articles integer not null default 0,
          relevant integer not null default 0, failures integer not null default 0,
          blocked integer not null default 0, primary key (source, day)
        ) without rowid;
        create table changes (
          number integer primary key autoincrement, at text not null, kind text not null,
          article text, revision integer, story text, note text
        );
        create table articles (
          revision integer primary key, id text not null, url text not null, source text not null,
          title text not null, subtitle text, published text, day text not null, month text not null,
          first_seen text not null, origin text, authors text not null, editor text, doc_type text,
          themes text not null, places text not null, relevance real not null, story text not null,
          state text not null default 'current', recorded_from integer not null, recorded_to integer
        );
        create index articles_by_id on articles(id, recorded_from);
        create index articles_by_url on articles(url);
        create index articles_by_story on articles(story) where recorded_to is null;
        create index articles_now on articles(revision) where recorded_to is null;
        create index articles_seen on articles(first_seen) where recorded_to is null;
        create table article_text (
          revision integer primary key, kicker text, body text not null, captions text not null,
          script text not null, original text, flags text not null, repairs text not null, words text not null,
          published_from text, text_hash text not null, parser integer not null, tokenizer integer not null
        );
        create view revisions as
          select id, revision, row_number() over (partition by id order by recorded_from) as number,
                 title, published, recorded_from, recorded_to, state from articles;
        create table article_places (revision integer not null, place text not null, rank integer not null,
          primary key (revision, place)) without rowid;
        create index article_places_by_place on article_places(place, revision);
        create table article_themes (revision integer not null, theme text not null,
          primary key (revision, theme)) without rowid;
        create index article_themes_by_theme on article_themes(theme, revision);
        create table facts (
          id integer primary key, article text not null, revision integer not null, kind text not null,
          subject text not null, period text not null, measure text, value_low real, value_high real, unit text,
          qualifier text, action text, title text, fields text not null, evidence text not null,
          start integer not null, "end" integer not null, rule text not null, flags text not null,
          recorded_from integer not null, recorded_to integer
        );
        create index facts_by_revision on facts(revision);
        create index facts_by_kind on facts(kind, recorded_to);
        create table stories (
          id text not null, article text not null, recorded_from integer not null, recorded_to integer,
          primary key (article, recorded_from)
        ) without rowid;
        create index stories_by_id on stories(id);
        create table sketch (shingle integer not null, article text not null,
          primary key (shingle, article)) without rowid;
        create index sketch_by_article on sketch(article);
        create table pages (
          url text primary key, article text, source text not null, text_hash text, suspect_since text,
          gone_since text, last_status integer not null, last_visit integer not null
        );
        create table follow_ups (
          number integer primary key autoincrement, kind text not null, url text not null, source text not null,
          at text not null, title text
        );
        create table rejected (
          url text primary key, source text not null, title text, score real not null, words text not null,
          reason text not null, at text not null
        );
        create table mark (stage text primary key, position integer not null);
        create virtual table article_index using fts5(
          title, body, content='', columnsize=0, tokenize='ascii'
        );
        insert into article_index(article_index, rank) values ('automerge', 0);
        """,
    )


@migrations()
def m002_sketches(database: Database) -> None:
    """Sketches by another hash, packed once per article beside their index; made anew from the stored texts."""
    run_script(
        database.conn,
        """
        drop table sketch;
        create table sketch (shingle integer not null, article integer not null,
          primary key (shingle, article)) without rowid;
        create table sketch_of (article integer primary key, hashes blob not null);
        """,
    )
    rows = database.conn.execute(
        "select a.id, t.body from articles a join article_text t using (revision) where a.recorded_to is null"
    )
    for identity, body in rows.fetchall():
        stories.keep_sketch(database.conn, identity, sketch(letters(body)))


@migrations()
def m003_article_parts(database: Database) -> None:
    """Which address is a further page of which article."""
    run_script(database.conn, "create table article_parts (url text primary key, first text not null) without rowid;")


@migrations()
def m004_original_url(database: Database) -> None:
    """Where a mirror has its page from."""
    run_script(database.conn, "alter table article_text add column original_url text;")


@migrations()
def m005_named_facts(database: Database) -> None:
    """People, policies and measures are found by their name; taken-down articles without reading the others."""
    run_script(
        database.conn,
        """
        create index facts_named on facts(kind, title, revision, subject, article) where recorded_to is null;
        create index facts_measured on facts(measure, revision) where kind = 'figure' and recorded_to is null;
        create index articles_removed on articles(revision) where state = 'removed';
        """,
    )


@migrations()
def m006_takedowns(database: Database) -> None:
    """What the operator has taken down, and why; the part of an evidence sentence that may always be shown."""
    run_script(
        database.conn,
        """
        create table takedowns (
          number integer primary key autoincrement, article text, source text, at text not null, reason text not null,
          lifted text
        );
        create index takedowns_by_article on takedowns(article) where lifted is null;
        alter table facts add column evidence_excerpt text generated always as (substr(evidence, 1, 150)) virtual;
        """,
    )


@migrations()
def m006_normal_measures(database: Database) -> None:
    """The form of a measure in which it lines up over years and places; facts of older rules get it now."""
    connection = database.conn
    measures = "select distinct measure from facts where kind = 'figure' and measure is not null"
    connection.executemany(
        "update facts set fields = json_set(fields, '$.measure_normal', ?)"
        " where kind = 'figure' and measure = ? and json_extract(fields, '$.measure_normal') is null",
        [(normal_measure(measure), measure) for (measure,) in connection.execute(measures).fetchall()],
    )
    run_script(
        connection,
        """
        alter table facts add column measure_normal text
          generated always as (coalesce(json_extract(fields, '$.measure_normal'), measure)) virtual;
        create index facts_normal on facts(measure_normal, revision) where kind = 'figure' and recorded_to is null;
        """,
    )


@migrations()
def m007_sizes_of_texts(database: Database) -> None:
    """The length of each text where ranking reads it without the texts; merges take memory, not many small steps."""
    run_script(
        database.conn,
        """
        alter table article_text add column size integer generated always as (length(body)) virtual;
        create index article_text_by_size on article_text(revision, size);
        insert into article_index(article_index, rank) values ('hashsize', 67108864);
        """,
    )


@migrations()
def m008_pages_by_visit(database: Database) -> None:
    """Which pages of a source were visited last: what tells a removed page from a site in trouble."""
    run_script(database.conn, "create index pages_by_visit on pages(source, last_visit);")


@migrations()
def m009_merges_in_small_steps(database: Database) -> None:
    """No insert merges sixteen segments at once, which can rewrite the whole index: `text_index.maintain` merges."""
    run_script(database.conn, "insert into article_index(article_index, rank) values ('crisismerge', 256);")


@migrations()
def m010_frequent_words(database: Database) -> None:
    """What the index says of the most frequent words, kept ready; a text that leaves the archive empties it."""
    run_script(
        database.conn,
        """
        create table frequent_words (
          word text primary key, seen integer not null, hits blob not null, counts blob not null
        );
        create table frequent_words_order (seen integer primary key, revisions blob not null);
        create trigger frequent_words_after_removal after update of body on article_text begin
          delete from frequent_words; delete from frequent_words_order;
        end;
        create trigger frequent_words_after_deletion after delete on article_text begin
          delete from frequent_words; delete from frequent_words_order;
        end;
        """,
    )


@migrations()
def m010_health(database: Database) -> None:
    """What each page of an article gave (a log), what was learned of each source, and what went wrong since when."""
    run_script(
        database.conn,
        """
        create table page_read (
          visit integer primary key, source text not null, at text not null, read integer not null,
          title integer not null, published integer not null, origin integer not null, authors integer not null,
          length integer not null
        );
        create index page_read_by_source on page_read(source, visit);
        create table source_health (
          source text primary key, run integer not null, visit integer not null, memory text not null,
          state text not null, detail text not null, since text, expected_next text, checked text not null
        );
        create table health_event (
          number integer primary key autoincrement, source text not null, kind text not null, detail text not null,
          since text not null, noticed text not null, fixed text
        );
        create unique index health_event_open on health_event(source, kind) where fixed is null;
        create index health_event_by_source on health_event(source, number);
        """,
    )


@migrations()
def m011_changes_by_article(database: Database) -> None:
    """The log of one article: what a download as of a day asks for each."""
    run_script(database.conn, "create index changes_by_article on changes(article, number);")


@migrations()
def m012_coverage_past(database: Database) -> None:
    """What the coverage of a source and day was until a change; no counts: there were none yet."""
    run_script(
        database.conn,
        """
        create table coverage_past (
          source text not null, day text not null, until integer not null, lists integer, pages integer,
          articles integer, relevant integer, failures integer, blocked integer, primary key (source, day, until)
        ) without rowid;
        """,
    )
