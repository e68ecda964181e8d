-- What stands beside records and bindings, whose own tables are made from the models. Times are microseconds since 1970.
create table model_schema(
  fingerprint text not null,
  tables      text not null,                                  -- JSON: what `prepare` has made
  changed_at  integer not null
) strict;

create table run(
  id         integer primary key autoincrement,
  instance   text not null,
  what       text not null,
  started_at integer not null
) strict;

-- One row per record of a run; the counters of a run are counts of these rows, so they always add up.
create table run_entry(
  run        integer not null references run(id) on delete cascade,
  external   text not null,
  key        text not null,
  state      text not null,                                   -- the words of an outcome, or `pending`
  reason     text,
  dependency integer not null,                                -- 1: nobody enumerated it, others refer to it
  repeats    integer not null,                                -- how often it was enumerated again
  changed_at integer not null,
  job        integer,                                         -- of pending ones: the job that has it
  primary key (run, external, key)
) strict, without rowid;

create table checkpoint(
  id        integer primary key autoincrement,
  instance  text not null,
  external  text not null,
  key       text not null,
  reason    text not null,
  repeats   integer not null,
  opened_at integer not null,
  closed_at integer
) strict;
create unique index checkpoint_open on checkpoint(instance, external, key) where closed_at is null;

create table cursor_position(
  instance  text not null,
  external  text not null,
  partition text not null,
  value     text not null,
  moved_at  integer not null,
  primary key (instance, external, partition)
) strict, without rowid;
