"""Errors of the clearing service. All share one root."""


class ClearingError(Exception):
    """Root of every operating failure of the clearing service."""


class LedgerInvariantError(ClearingError):
    """Money would not add up. Posting stops and an operator is called; nothing goes on."""
