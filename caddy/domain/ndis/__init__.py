"""What the NDIS itself fixes: identifiers, support categories, catalogue, files."""
