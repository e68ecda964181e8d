-- Jobs with identity whose lease ran out, after this one. Each is then locked and freed in a transaction of its own, because
-- taking the identity back may have to wait for an enqueue that is not committed, and the others should not wait with it.
select id, lease_until::text as lease
from job
where state = 3 and lease_until < now() and identity_key is not null and (lease_until, id) > ($1::text::timestamptz, $2)
order by lease_until, id limit 500
