-- A record that is in order waits for nobody.
update checkpoint
set closed_at = now(), closed_by = $4
where instance = $1 and external = $2 and key = $3 and closed_at is null
