insert into export_agreed (instance, external, record, fields, agreed_at)
values ($1, $2, $3, $4, now())
on conflict (instance, external, record) do update set fields = excluded.fields, agreed_at = excluded.agreed_at
