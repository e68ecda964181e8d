-- A newer end of a record closes the failed ones before it; what went wrong then stays to be read.
update job f set state = 4, message = 'superseded by job ' || n.id
from job n
where n.id = any($1::bigint[]) and f.state = 5 and f.identity_key = n.identity_key and f.identity_key is not null
  and (f.finished_at, f.id) < (n.finished_at, n.id)
