insert into run_entry (run, external, key, state, dependency, repeats, changed_at)
values ($1, $2, $3, 'pending', true, 0, now())
on conflict (run, external, key) do nothing
