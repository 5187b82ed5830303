"""Answers over your sources, each statement backed by the exact characters of a document."""
