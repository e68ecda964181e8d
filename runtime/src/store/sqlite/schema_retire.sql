update model_program set retired_at = now_us() where retired_at is null
