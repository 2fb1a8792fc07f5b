# stack
