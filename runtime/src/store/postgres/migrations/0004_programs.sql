-- The programs that the tables of the models were ever for, by the fingerprint of the tables they need; the newest has the highest number.
create table model_program(
  id          bigint primary key,
  fingerprint text collate "C" not null unique,
  since       timestamptz not null,
  retired_at  timestamptz                                     -- when the tables became ones that it must not write into
);
insert into model_program(id, fingerprint, since) select 1, fingerprint, changed_at from model_schema;
