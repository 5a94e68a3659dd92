"""Plugin placeholder."""
