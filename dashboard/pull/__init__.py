"""Pull: fetch what a tool's own interface returns and import it like an export; only when somebody asks for it."""
