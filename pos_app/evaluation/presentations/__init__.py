"""Measures presentation attack detection: presentations with a species, recorded or drawn."""
