insert into run_entry (run, external, key, state, dependency, repeats, changed_at)
values (?1, ?2, ?3, 'pending', 1, 0, now_us())
on conflict (run, external, key) do nothing
