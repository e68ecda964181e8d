-- The lock is held to our commit: a claim passes these jobs over until what we change is visible.
select i.key, j.id, j.uuid
from job_identity i join job j on j.id = i.job_id
where i.key = any($1::bytea[]) and j.state in (0, 1, 2)
order by i.key
for share of j
