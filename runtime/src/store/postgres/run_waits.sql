-- Records whose job waits because their mapping says so. The kind is that of the queue's `waits`.
select e.external, e.key, coalesce(j.error_text, ''), (extract(epoch from j.eta) * 1000000)::bigint
from run_entry e
join job j on j.id = e.job
where e.run = $1 and e.state = 'pending' and j.state in (0, 1, 2) and j.error_kind = 'waits'
order by 1, 2
