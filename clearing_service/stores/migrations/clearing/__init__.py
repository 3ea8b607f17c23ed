"""Revisions of the clearing database, in the order of their `down_revision`."""
