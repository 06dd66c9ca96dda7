"""The rules of the scheme and of Caddy, pure: no database, no web, no clock of their own."""
