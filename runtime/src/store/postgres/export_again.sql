update export_intent set job = $4, tried_at = now() where instance = $1 and external = $2 and record = $3 and job = $5 and key is null
