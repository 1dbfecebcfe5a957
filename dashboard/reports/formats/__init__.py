"""Report formats: every module here writes one format and is found by walking this package."""
