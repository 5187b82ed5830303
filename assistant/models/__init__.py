"""Shipped models and the code that loads any other."""
