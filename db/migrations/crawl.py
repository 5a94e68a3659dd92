"""Schema of crawl.db: what is due, what was fetched (log 1), and what the web asked for."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from db.connection import run_script

migrations = Migrations("caixun.crawl")


@migrations()
def m001_frontier_visits_runs(database: Database) -> None:
    """Frontier, visits, snapshots, runs, due times, requests, marks."""
    run_script(
        database.conn,
        """
        create table source_state (
          source text primary key, next_due text not null, lease_until text, failures integer not null default 0
        );
        create table run (
          id integer primary key, source text not null, started text not null, heartbeat text not null,
          ended text, outcome text, pid integer, requested integer not null default 0,
          stored integer not null default 0, failed integer not null default 0,
          new_urls integer not null default 0, message text
        );
        create index run_by_source on run(source, id);
        create table frontier (
          id integer primary key, url text not null unique, source text not null, kind text not null,
          state text not null default 'pending' check (state in ('pending', 'leased', 'done', 'dead')),
          priority integer not null default 0, due text not null, lease_until text, lease_run integer,
          tries integer not null default 0, looks integer not null default 0, depth integer not null default 0,
          title text, date text, etag text, last_modified text, body_hash text,
          first_seen text not null, last_fetched text
        );
        create index frontier_claim on frontier(source, state, priority, due);
        create table snapshot (
          hash text primary key, size integer not null, blob blob not null
        );
        create table visit (
          id integer primary key autoincrement, url text not null, source text not null, kind text not null,
          fetched_at text not null, status integer not null, content_type text, final_url text, error text,
          body_hash text, title text, date text, headers text not null, run integer
        );
        create index visit_by_url on visit(url, id);
        create index visit_by_source on visit(source, id);
        create table request (
          id integer primary key autoincrement, kind text not null, arguments text not null, created text not null,
          state text not null default 'waiting', progress text, result text, ended text
        );
        create table mark (stage text primary key, position integer not null);
        """,
    )


@migrations()
def m002_snapshot_differences(database: Database) -> None:
    """A snapshot may be kept as what differs from an earlier one of the same address."""
    run_script(
        database.conn,
        """
        alter table snapshot add column base text;
        alter table snapshot add column links integer not null default 0;
        create index snapshot_by_base on snapshot(base) where base is not null;
        """,
    )


@migrations()
def m003_list_rhythm(database: Database) -> None:
    """When each source's lists brought something new, by hour and kind of day."""
    run_script(
        database.conn,
        """
        create table list_rhythm (source text primary key, every real not null, looked text not null) without rowid;
        create table list_rhythm_slot (
          source text not null, slot integer not null, hours real not null, found real not null,
          primary key (source, slot)
        ) without rowid;
        """,
    )


@migrations()
def m004_outcomes(database: Database) -> None:
    """Runs end complete, incomplete, blocked, failed or interrupted."""
    run_script(
        database.conn,
        """
        update run set outcome = case outcome when 'ok' then 'complete' when 'lost' then 'interrupted'
          when 'stopped' then 'interrupted' else outcome end where outcome is not null;
        """,
    )


@migrations()
def m005_dropped_snapshots(database: Database) -> None:
    """Which snapshots were given up by the rules of retention: dropped, not lost."""
    run_script(
        database.conn,
        """
        create table snapshot_dropped (hash text primary key, at text not null, reason text not null) without rowid;
        """,
    )
