"""The Data page: imports, what is to sort, people and set-up."""
