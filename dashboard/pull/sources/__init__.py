"""One tool a module, found by walking this package."""
