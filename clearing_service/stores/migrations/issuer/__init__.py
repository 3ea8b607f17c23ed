"""Revisions of the issuer database, in the order of their `down_revision`."""
