"""REST, the OpenAI-compatible endpoint, and what guards them."""
