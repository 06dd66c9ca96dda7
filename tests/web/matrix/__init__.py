"""How each route is called, by what it is about. `tests/web/calls.py` puts them together."""
