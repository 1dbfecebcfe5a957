"""The pages: thin lists of figures and the controls they need."""
