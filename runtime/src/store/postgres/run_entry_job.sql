-- A pending record and the job that has it. A waiting job of another run imports it for that run: this one has joined it.
update run_entry
set
  job = $4,
  state = case when exists (select 1 from job where id = $4 and run is not distinct from $1) then state else 'joined' end
where run = $1 and external = $2 and key = $3 and state = 'pending'
