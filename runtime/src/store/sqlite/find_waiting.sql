-- No lock: the one writer is the only one who could claim it meanwhile.
select j.id, j.uuid
from job_identity i join job j on j.id = i.job_id
where i.key = ?1 and j.state in (0, 1, 2)
