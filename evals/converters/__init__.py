"""Public data sets, and files that a person wrote, made into suites."""
