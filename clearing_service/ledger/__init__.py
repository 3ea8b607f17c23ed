"""The central book: what participants owe each other, in double entry.

`rules` holds the only ways money moves; `transfer` the immutable rows; `account` the positions
they add up to; `trial_balance` proves that they do. Nothing here knows a store.
"""
