"""Export formats: every module here holds one importer and is found by walking this package."""
