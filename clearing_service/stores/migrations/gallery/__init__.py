"""Revisions of the gallery database, in the order of their `down_revision`."""
