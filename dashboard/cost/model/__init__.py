"""Numbers in, numbers out: where a budget will end."""
