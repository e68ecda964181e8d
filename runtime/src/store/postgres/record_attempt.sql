insert into attempt(job_id, fence, n, worker, started_at, ended_at, outcome, error_kind, error_text)
select n.id, n.fence, n.n, n.worker, j.started_at, now(), n.outcome, n.kind, n.error
from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::uuid[], $5::smallint[], $6::text[], $7::text[])
  as n(id, fence, n, worker, outcome, kind, error)
join job j on j.id = n.id
