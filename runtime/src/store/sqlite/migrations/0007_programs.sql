-- The programs that the tables of the models were ever for, by the fingerprint of the tables they need; the newest has the highest number.
create table model_program(
  id          integer primary key,
  fingerprint text not null unique,
  since       integer not null,
  retired_at  integer                                         -- when the tables became ones that it must not write into
) strict;
insert into model_program(id, fingerprint, since) select 1, fingerprint, changed_at from model_schema;
