"""Makes everything a sandbox needs before its first start: authorities, keys, stores, participants.

Nothing here runs while payments are made. Every private file is for its owner alone, and nothing
that is there already is ever replaced.
"""
