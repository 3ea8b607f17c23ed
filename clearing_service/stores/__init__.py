"""Databases: SQLAlchemy Core on SQLite or PostgreSQL, the same code on both.

Each database has a URL, tables and migrations of its own and is joined with no other. One writer
thread per database takes whatever waits into one durable transaction; reads run on a small pool.
"""
