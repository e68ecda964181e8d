insert into export_agreed (instance, external, record, fields, agreed_at)
values (?1, ?2, ?3, ?4, now_us())
on conflict (instance, external, record) do update set fields = excluded.fields, agreed_at = excluded.agreed_at
