-- What is known of records on the other side. Times are microseconds since 1970.
create table export_agreed(
  instance  text not null,
  external  text not null,
  record    integer not null,                                 -- the record of the inside
  fields    text not null,                                    -- JSON: field and mark of the value that both sides hold
  agreed_at integer not null,
  primary key (instance, external, record)
) strict, without rowid;

-- One row per create that was about to be sent and whose outcome is not written down yet.
create table export_intent(
  instance text not null,
  external text not null,
  record   integer not null,
  request  text not null,                                     -- what was sent, for people
  key      text,                                              -- in the answer; null: no answer is known
  job      integer not null,                                  -- that sent it
  made_at  integer not null,
  primary key (instance, external, record)
) strict, without rowid;
