"""The terminal's memory across a power cut: a SQLite file with ids, payment fields and hashes.

It never holds a probe, a feature, a picture, phone digits or a PIN in any form.
"""
