-- A key that was imported as a dependency before counts as enumerated from now on, and this is not a repeat of it.
insert into run_entry (run, external, key, state, dependency, repeats, changed_at)
values ($1, $2, $3, 'pending', false, 0, now())
on conflict (run, external, key) do update set
  repeats = run_entry.repeats + case when run_entry.dependency then 0 else 1 end,
  dependency = false,
  changed_at = excluded.changed_at
