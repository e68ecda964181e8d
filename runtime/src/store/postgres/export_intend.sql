insert into export_intent (instance, external, record, request, job, token, sent, made_at, tried_at)
values ($1, $2, $3, $4, $5, $6, $7, now(), now())
on conflict (instance, external, record) do nothing
