"""Caddy's words in another language: templates as they are compiled, the rest as it is shown.

English is the source and has no catalogue: where nothing else is there, nothing is looked up.
"""
