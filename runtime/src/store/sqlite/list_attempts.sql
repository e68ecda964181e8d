select n, fence, worker, started_at, ended_at, outcome, error_kind, error_text from attempt where job_id = ?1 order by fence
