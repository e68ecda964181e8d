delete from export_intent where instance = $1 and external = $2 and record = $3
