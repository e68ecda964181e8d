-- A record that waits for a person already keeps its place; the reason is the latest one.
insert into checkpoint (instance, external, key, reason, repeats, opened_at)
values ($1, $2, $3, $4, 0, now())
on conflict (instance, external, key) where closed_at is null
do update set reason = excluded.reason, repeats = checkpoint.repeats + 1
