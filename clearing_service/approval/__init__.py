"""Four eyes: an operator proposes an act, another approves it, and it is carried out once.

`proposal` is the stored act and the table of its moves; `policy` says how many people each kind
needs and how long a proposal waits. Nothing here knows what an act does.
"""
