update model_program set retired_at = now() where retired_at is null
