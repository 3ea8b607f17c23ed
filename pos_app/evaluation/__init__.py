"""Measures how well the terminal recognises people and refuses pictures of them, on your data."""
