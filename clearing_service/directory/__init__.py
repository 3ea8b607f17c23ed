"""Which account a reference routes to, and on whose consent. A database and staff of its own."""
