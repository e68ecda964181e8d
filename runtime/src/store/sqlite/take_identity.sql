-- Changes one row if the identity was free.
insert into job_identity(key, job_id) values (?1, ?2) on conflict do nothing
