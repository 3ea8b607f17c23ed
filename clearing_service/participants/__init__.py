"""Who takes part: institutions, acquirers, issuers, acceptors and terminals, and may they now."""
