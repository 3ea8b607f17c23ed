"""Fits the thresholds of a capture to one camera, within bounds that nobody can calibrate away."""
