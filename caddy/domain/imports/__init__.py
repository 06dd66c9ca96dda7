"""Importing: what a file of another system holds, read and judged without a database."""
