"""Files of another system as entries of Caddy: tables, columns, cells. Knows no database."""
