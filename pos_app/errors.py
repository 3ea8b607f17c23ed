"""Errors of the terminal. All share one root."""


class PosError(Exception):
    """Root of every operating failure of the terminal."""
