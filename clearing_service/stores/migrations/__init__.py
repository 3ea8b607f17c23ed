"""Alembic revisions, one folder for each database; `migrate.upgrade` runs them."""
