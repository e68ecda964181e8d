-- Jobs without identity whose lease ran out; those that someone works on are passed over.
select j.id, j.uuid, j.fence, j.state, j.attempt, j.errors, j.max_attempts, j.crashes, j.busy, j.cancel_asked, j.identity_key, j.worker
from job j where j.state = 3 and j.lease_until < now() and j.identity_key is null
order by j.lease_until, j.id limit 500 for no key update of j skip locked
