delete from job_identity where key = $1 and job_id = $2
