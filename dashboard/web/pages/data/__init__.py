"""The Data page: imports, people, projects, rules, rates and plans."""
