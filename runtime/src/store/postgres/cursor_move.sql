insert into cursor_position (instance, external, partition, value, moved_at)
values ($1, $2, $3, $4, now())
on conflict (instance, external, partition) do update set value = excluded.value, moved_at = excluded.moved_at
