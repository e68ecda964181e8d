select fields from export_agreed where instance = $1 and external = $2 and record = $3
