"""What happened and in which order, chained by hashes so that an edit shows. Never a secret."""
