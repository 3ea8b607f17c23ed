"""The sale and the path of a payment, with no window, camera, array or socket in sight.

A payment by face runs: journal, open, (phone digits), capture, route, confirm, PIN, authorize,
receipt (`payment_flow`). What it needs from outside is in `ports`; what survives a power cut is in
the journal behind a port; an unknown end is queried and then undone (`doubt`, `reversal_queue`).
"""
