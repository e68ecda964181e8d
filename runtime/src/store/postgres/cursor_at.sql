select value from cursor_position where instance = $1 and external = $2 and partition = $3
