select fingerprint, case when retired_at is null then 0 else 1 end from model_program order by id
