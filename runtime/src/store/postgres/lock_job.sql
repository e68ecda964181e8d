-- A job as a person finds it.
select j.id, j.uuid, j.fence, j.state, j.attempt, j.errors, j.max_attempts, j.crashes, j.busy, j.cancel_asked, j.identity_key, j.worker
from job j where j.id = $1 for no key update of j
