insert into export_intent (instance, external, record, request, job, made_at)
values (?1, ?2, ?3, ?4, ?5, now_us())
on conflict (instance, external, record) do nothing
