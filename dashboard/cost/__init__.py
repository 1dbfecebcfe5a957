"""Cost: budgets, rates, and what an accepted label costs."""
