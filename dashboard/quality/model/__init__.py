"""Numbers in, numbers out: agreement, anchoring, non-inferiority and rubber-stamping."""
