select external, key, state, coalesce(reason, '')
from run_entry
where run = ?1 and state in ('failed', 'review', 'skipped')
order by external, key
