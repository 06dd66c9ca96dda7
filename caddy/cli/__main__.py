"""`python -m caddy.cli` is the `caddy` command."""

from caddy.cli import main

main()
