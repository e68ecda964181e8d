-- Sorted by key, so that transactions that want the same keys wait for each other in one direction only.
-- Waits for a transaction that has inserted the key and not ended. Answers the keys that were free.
insert into job_identity(key, job_id)
select n.key, n.job_id from unnest($1::bytea[], $2::bigint[]) as n(key, job_id) order by n.key
on conflict do nothing
returning key
