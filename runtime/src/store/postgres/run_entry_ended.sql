-- What a record underwent in this run stays: an import that finds it done already ends as `unchanged` and must not hide
-- that it was created, nor must a later change. Whoever failed or waited and is in order now is no longer a problem.
insert into run_entry (run, external, key, state, reason, dependency, repeats, changed_at)
values ($1, $2, $3, $4, $5, $6, 0, now())
on conflict (run, external, key) do update set
  (state, reason) = (
    select run_entry.state, run_entry.reason
    where (excluded.state = 'unchanged' and run_entry.state in ('created', 'updated', 'deleted', 'skipped'))
       or (excluded.state = 'updated' and run_entry.state = 'created')
    union all
    select excluded.state, excluded.reason
    limit 1
  ),
  dependency = run_entry.dependency and excluded.dependency,
  changed_at = excluded.changed_at
