"""Complaints, losses and one-sided entries: each has a number, an owner and a time it is due.

`case` is the row and the table of its moves, `policy` how long each kind may take and what proves
that a payer caused a loss, `opening` the one way a case comes to be. What deciding a case moves is
not known here.
"""
