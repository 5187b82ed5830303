"""A language model's words → statements that are checked against what they cite."""
