"""One payment, from opening to its last reversal, as use cases over ports.

The path of a payment, in the order a newcomer should read it:

1. `opening` - a terminal opens a payment and is given a liveness challenge.
2. `probing` - a sealed probe is routed to an account, or is not.
3. `authorization` - hold, ask the issuer, post or release, answer. All money moves here.
4. `cancellation`, `reversal`, `refund` - ending it, undoing it, giving money back.
5. `sweeper`, `recovery`, `issuer_reversals`, `refund_credits` - what ends a payment that nobody else ended.

Rules shared by all: `payment_state` (permitted moves), `duplicate_check`, `limits`, `policy`.
Nothing here knows gRPC, protobuf or SQL; `requests` and `ports` are the seams.
"""
