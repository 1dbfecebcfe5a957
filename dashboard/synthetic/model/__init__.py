"""Numbers in, numbers out: learning curves and what labels or modeling return."""
