-- The job kernel. Times are microseconds since 1970 by the store's clock. The same names stand in PostgreSQL.
create table queue_meta(
  schema_version integer not null,
  instance       text not null                                -- changed by an operator after a failover that lost commits
) strict;

create table job(
  id           integer primary key autoincrement,             -- never given twice, also after pruning
  uuid         blob not null unique,                          -- the public name
  unit         text not null,
  instance     text not null,
  state        integer not null,                              -- 0 waiting_deps 1 scheduled 2 ready 3 running | 4 done 5 failed 6 cancelled
  priority     integer not null,
  eta          integer not null,
  attempt      integer not null default 0,                    -- claims that were not taken back
  errors       integer not null default 0,                    -- attempts that ended with a counted error
  max_attempts integer not null,                              -- of errors; 0 = endless
  crashes      integer not null default 0,                    -- in a row; above 0 the job runs alone
  busy         integer not null default 0,                    -- uncounted, in a row
  fence        integer not null default 0,                    -- grows with every change of owner
  worker       blob,
  lease_until  integer,
  cancel_asked integer not null default 0,
  identity_key blob,                                          -- 16 bytes of a hash; the row of job_identity holds while the job waits
  payload      blob not null,
  description  text not null,
  run          integer,
  created_at   integer not null,
  started_at   integer,                                       -- of the last attempt
  finished_at  integer,
  error_kind   text,
  error_text   text,
  message      text,
  constraint lease_iff_running check ((state = 3) = (lease_until is not null and worker is not null)),
  constraint final_has_time    check ((state >= 4) = (finished_at is not null))
) strict;
create index job_claim   on job(unit, instance, priority, eta, id) where state = 2;
create index job_due     on job(unit, eta) where state = 1;
create index job_lease   on job(lease_until, id) where state = 3;
create index job_worker  on job(worker) where state = 3;
create index job_failed  on job(finished_at) where state = 5;

create table job_identity(
  key    blob primary key,
  job_id integer not null references job(id) on delete cascade deferrable initially deferred
) strict, without rowid;
create index job_identity_job on job_identity(job_id);

create table attempt(                                         -- counted attempts other than a first-try success
  job_id     integer not null references job(id) on delete cascade,
  fence      integer not null,
  n          integer not null,
  worker     blob not null,
  started_at integer not null,
  ended_at   integer not null,
  outcome    integer not null,                                -- 0 done 1 retry 2 failed 3 cancelled 4 crashed
  error_kind text,
  error_text text,
  primary key(job_id, fence)
) strict, without rowid;

insert into queue_meta(schema_version, instance) values (1, lower(hex(randomblob(16))));
