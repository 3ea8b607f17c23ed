"""The terminal's side of the wire: channel, session, signed requests, verified replies.

`gateway` and `enrolment_gateway` implement the checkout's ports. A request is built and signed once
(`request_builder`), sent with identical bytes until its deadline (`caller`), and every error becomes
one with a stable reason (`failures`). A decision is handed on only after it was verified
(`decisions`).
"""
