insert into attempt(job_id, fence, n, worker, started_at, ended_at, outcome, error_kind, error_text)
values (?1, ?2, ?3, ?4, ?5, now_us(), ?6, ?7, ?8)
