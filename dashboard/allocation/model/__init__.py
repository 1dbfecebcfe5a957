"""Numbers in, numbers out: why hours and shares changed."""
