"""What can go wrong with an evaluation."""

from pos_app.errors import PosError


class EvaluationError(PosError):
    """The folder cannot be evaluated; the message says what it lacks."""
