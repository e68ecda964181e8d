-- As share_waiting, for jobs that we then change: two who share a row could not both change it.
select i.key, j.id, j.uuid
from job_identity i join job j on j.id = i.job_id
where i.key = any($1::bytea[]) and j.state in (0, 1, 2)
order by i.key
for no key update of j
