-- A key that was imported as a dependency before counts as enumerated from now on, and this is not a repeat of it.
insert into run_entry (run, external, key, state, dependency, repeats, changed_at)
values (?1, ?2, ?3, 'pending', 0, 0, now_us())
on conflict (run, external, key) do update set
  repeats = repeats + (1 - dependency),
  dependency = 0,
  changed_at = excluded.changed_at
