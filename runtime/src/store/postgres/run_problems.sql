-- Records that ended so that a person should look; and jobs of the run that have no record, such as a list that could not be fetched.
select e.external, e.key, case when e.state = 'pending' then 'failed' else e.state end, coalesce(e.reason, j.error_text, '')
from run_entry e
left join job j on j.id = e.job
where e.run = $1 and (e.state in ('failed', 'review', 'skipped') or (e.state = 'pending' and j.state = 5))
union all
select j.unit, '(list)', 'failed', coalesce(j.error_text, '')
from job j
where j.run = $1 and j.state = 5 and j.unit like 'batch %'
order by 1, 2
