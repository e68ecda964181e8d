-- Jobs with identity whose lease ran out. Each is then locked and freed in a transaction of its own, because taking the
-- identity back may have to wait for an enqueue that is not committed, and the others should not wait with it.
select id from job where state = 3 and lease_until < now() and identity_key is not null and id > $1
order by id limit 500
