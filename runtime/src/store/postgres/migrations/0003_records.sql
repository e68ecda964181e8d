-- What stands beside records and bindings, whose own tables are made from the models. The same names stand in SQLite.
create table model_schema(
  fingerprint text not null,
  tables      text not null,                                  -- JSON: what `prepare` has made
  changed_at  timestamptz not null
);

create table run(
  id         bigint generated always as identity primary key,
  instance   text collate "C" not null,
  what       text not null,
  started_at timestamptz not null
);

-- One row per record of a run; the counters of a run are counts of these rows, so they always add up.
create table run_entry(
  run        bigint not null references run(id) on delete cascade,
  external   text collate "C" not null,
  key        text collate "C" not null,
  state      text collate "C" not null,                       -- the words of an outcome, or `pending`
  reason     text,
  dependency boolean not null,                                -- nobody enumerated it, others refer to it
  repeats    bigint not null,                                 -- how often it was enumerated again
  changed_at timestamptz not null,
  job        bigint,                                          -- of pending ones: the job that has it
  primary key (run, external, key)
) with (fillfactor = 85);

create table checkpoint(
  id        bigint generated always as identity primary key,
  instance  text collate "C" not null,
  external  text collate "C" not null,
  key       text collate "C" not null,
  reason    text not null,
  repeats   bigint not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text                                              -- how the record ended that closed it: `created`, `updated`, `unchanged`; null: open, or closed by a person
);
create unique index checkpoint_open on checkpoint(instance, external, key) where closed_at is null;

create table cursor_position(
  instance  text collate "C" not null,
  external  text collate "C" not null,
  partition text collate "C" not null,
  value     text not null,
  moved_at  timestamptz not null,
  primary key (instance, external, partition)
);

-- What is known of records on the other side.
create table export_agreed(
  instance  text collate "C" not null,
  external  text collate "C" not null,
  record    bigint not null,                                  -- the record of the inside
  fields    text not null,                                    -- JSON: field and mark of the value that both sides hold
  agreed_at timestamptz not null,
  primary key (instance, external, record)
);

-- One row per create that was about to be sent and whose outcome is not written down yet.
create table export_intent(
  instance text collate "C" not null,
  external text collate "C" not null,
  record   bigint not null,
  request  text not null,                                     -- what was sent, for people
  key      text,                                              -- in the answer; null: no answer is known
  job      bigint not null,                                   -- that sent it
  token    text not null,                                     -- tells the other system that a repeat is one
  sent     text not null,                                     -- JSON: what was sent, and what is agreed on once it was received
  made_at  timestamptz not null,
  tried_at timestamptz not null,                              -- when it was sent last
  primary key (instance, external, record)
);
