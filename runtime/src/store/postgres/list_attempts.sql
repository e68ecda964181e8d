select n, fence, worker, (extract(epoch from started_at) * 1000000)::bigint, (extract(epoch from ended_at) * 1000000)::bigint,
       outcome, error_kind, error_text
from attempt where job_id = $1 order by fence
