"""How fast shares are scored, and what privacy costs beside a search in the clear."""
