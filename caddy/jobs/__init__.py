"""What workers run: ids only, safe to run twice. Jobs call actions and queries."""
