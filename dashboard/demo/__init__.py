"""Demo: a seeded team whose exports, in the real formats, show what Labeltime does."""
