"""The contract between a face-payment terminal and the clearing institution, and nothing else.

Pure modules: they hold the formats both sides must agree on byte for byte (money, identifiers, the
signed message header, PIN block, sealed envelope, private routing template) and know neither side.
"""
