select e.external, e.key, case when e.state = 'pending' then 'failed' else e.state end, coalesce(e.reason, j.error_text, '')
from run_entry e
left join job j on j.id = e.job
where e.run = ?1 and (e.state in ('failed', 'review', 'skipped') or (e.state = 'pending' and j.state = 5))
order by e.external, e.key
