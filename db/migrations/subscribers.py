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


@migrations()
def m002_wishes_and_channels(database: Database) -> None:
    """What is wanted, when and where of each subscription; debts of several kinds; letters that name their address."""
    run_script(
        database.conn,
        """
        create table subscription_new (
          id text primary key, email text not null, query text not null, filters text not null,
          schedule text not null, wishes text not null default '{}',
          channel text not null default 'mail', address text not null,
          state text not null check (state in ('pending', 'active', 'paused', 'ended')),
          created text not null, confirmed text, ended text, paused text, since integer not null default 0,
          asked integer not null, gathered text, proved text, last_letter text
        );
        insert into subscription_new(id, email, query, filters, schedule, address, state, created, confirmed, ended,
          since, asked, gathered, proved)
          select id, email, query, filters, schedule, email, state, created, confirmed, ended, since, asked,
            coalesce(confirmed, created), coalesce(confirmed, created) from subscription;
        drop table subscription;
        alter table subscription_new rename to subscription;
        create index subscription_by_slot on subscription(schedule, wishes, gathered) where state = 'active';
        create index subscription_by_proof on subscription(schedule, wishes, proved) where state = 'active';
        create index subscription_by_email on subscription(email);
        create index subscription_by_address on subscription(channel, address);
        create table subscription_log (number integer primary key autoincrement, subscription text not null);
        create trigger subscription_made after insert on subscription begin
          insert into subscription_log(subscription) values (new.id);
        end;
        create trigger subscription_changed
          after update of query, filters, schedule, wishes, state, since on subscription begin
          insert into subscription_log(subscription) values (new.id);
        end;
        create trigger subscription_deleted after delete on subscription begin
          insert into subscription_log(subscription) values (old.id);
        end;
        create table outbox_new (
          id integer primary key autoincrement, subscription text not null, about text not null, kind text not null,
          story text not null, article text not null, revision integer not null, before integer,
          change integer not null, created text not null, late integer not null default 0, note text, letter text,
          unique (subscription, about)
        );
        insert into outbox_new(id, subscription, about, kind, story, article, revision, change, created, letter)
          select id, subscription, 'story:' || story, 'new', story, article, revision, change, created, letter
          from outbox;
        drop table outbox;
        alter table outbox_new rename to outbox;
        create index outbox_open on outbox(subscription) where letter is null;
        create index outbox_by_letter on outbox(letter);
        create index outbox_by_article on outbox(article);
        create table letter_new (
          message_id text primary key, subscription text, kind text not null, channel text not null,
          address text not null, subject text, lines text not null default '[]', created text not null,
          state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead', 'dropped')),
          tries integer not null default 0, next_try text not null, sent text, error text
        );
        insert into letter_new(message_id, subscription, kind, channel, address, created, state, tries, next_try,
          sent, error)
          select message_id, subscription, kind, 'mail', coalesce((select email from subscription s
            where s.id = letter.subscription), ''), created, state, tries, next_try, sent, error from letter;
        drop table letter;
        alter table letter_new rename to letter;
        create index letter_due on letter(next_try) where state = 'waiting';
        create index letter_by_subscription on letter(subscription, created);
        create index delivery_by_letter on delivery(message_id);
        """,
    )


@migrations()
def m003_delivered(database: Database) -> None:
    """What each message told, as references into the archive, for its frozen link; how many parts were accepted."""
    run_script(
        database.conn,
        """
        create table delivered (
          key text primary key, subscription text not null, kind text not null, query text not null,
          at text not null, items text not null, parts integer not null default 0
        ) without rowid;
        create index delivered_by_subscription on delivered(subscription) where subscription <> '';
        create trigger delivered_forgotten after delete on subscription begin
          update delivered set subscription = '', query = '' where subscription = old.id;
        end;
        """,
    )


@migrations()
def m004_not_found_yet(database: Database) -> None:
    """Debts of a restored outbox whose articles the archive has yet to find again (db.backup.told)."""
    run_script(
        database.conn,
        "create index outbox_not_found_yet on outbox(letter) where change = 4611686018427387904;",
    )


@migrations()
def m005_briefs(database: Database) -> None:
    """Drafts of briefs, and what was sent of them: the text, and the file as it was attached."""
    run_script(
        database.conn,
        """
        create table brief_draft (
          id text primary key, title text not null, text text not null, created text not null, changed text not null
        ) without rowid;
        create table brief_edition (
          key text primary key, title text not null, text text not null, name text not null, file blob not null,
          made text not null
        );
        """,
    )
