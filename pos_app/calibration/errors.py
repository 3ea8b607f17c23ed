"""What can go wrong with a calibration."""

from pos_app.errors import PosError


class CalibrationError(PosError):
    """A calibration file or its settings cannot be used; the message says why and what to do."""
