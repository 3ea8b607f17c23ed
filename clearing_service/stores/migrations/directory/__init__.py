"""Revisions of the directory database, in the order of their `down_revision`."""
