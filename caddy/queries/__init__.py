"""Reads: what one screen needs, in as few queries as it takes. Never changes a thing."""
