"""Schema of subscribers.db: people, subscriptions, the outbox (log 3) and what was delivered. Never on the web."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from db.connection import run_script

migrations = Migrations("caixun.subscribers")


@migrations()
def m001_subscriptions(database: Database) -> None:
    """Subscriptions, the debts of the outbox, letters, the delivery log, marks, secrets."""
    run_script(
        database.conn,
        """
        create table subscription (
          id text primary key, email text not null, query text not null, filters text not null,
          schedule text not null check (schedule in ('instant', 'daily')),
          state text not null check (state in ('pending', 'active', 'ended')),
          created text not null, confirmed text, ended text, since integer not null default 0, asked integer not null
        );
        create table outbox (
          id integer primary key autoincrement, subscription text not null, story text not null,
          article text not null, revision integer not null, change integer not null, created text not null,
          letter text, unique (subscription, story)
        );
        create index outbox_open on outbox(subscription) where letter is null;
        create table letter (
          message_id text primary key, subscription text not null, kind text not null, created text not null,
          state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
          tries integer not null default 0, next_try text not null, sent text, error text
        );
        create index letter_due on letter(next_try) where state = 'waiting';
        create table delivery (
          id integer primary key autoincrement, message_id text not null, at text not null,
          outcome text not null, detail text
        );
        create table mark (stage text primary key, position integer not null);
        create table secret (name text primary key, value text not null);
        """,
    )
