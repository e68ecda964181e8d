update export_intent set key = $4 where instance = $1 and external = $2 and record = $3
