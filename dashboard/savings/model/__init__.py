"""Numbers in, numbers out: from labels to savings with interval and grade."""
