"""Numbers in, numbers out: projections of weeks and what follows from them."""
