"""The terminal's memory across a power cut: a SQLite file with ids, payment fields and hashes.

A refund, which carries no face and no PIN, is kept as the signed message it is, to be repeated byte
for byte. Nothing here ever holds a probe, a feature, a picture, phone digits or a PIN in any form.
"""
