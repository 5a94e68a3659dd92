"""The schemas, one module a database; released steps are never edited, only added to."""
