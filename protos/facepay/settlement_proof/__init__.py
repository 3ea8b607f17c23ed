"""A settlement window's signed digest, and what a participant can check with it alone.

    merkle               one hash over all transfers of a window, and proof that some are among them
    position_commitment  every account's net position, hidden, yet seen to sum to zero
    transfer_leaf        the bytes of one transfer, each side of it hidden from the other
    window_digest        what the clearing institution signs of a window

Who holds a digest and its own report knows: every transfer in the report is in the window, once,
with this amount, debited to one account and credited to one other; none was left out or put in
since the digest was signed; its position is the sum of its own transfers; and the positions of all
accounts together are zero. It learns neither who stood on the other side of a transfer nor what
anybody else owes.
"""
