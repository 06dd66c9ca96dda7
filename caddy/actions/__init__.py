"""Writes: one function is one thing a person can do and one transaction."""
