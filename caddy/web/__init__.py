"""What blueprints share: access, pages, forms, filters, errors, headers."""
