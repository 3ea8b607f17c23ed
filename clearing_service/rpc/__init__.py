"""The gRPC edge: decode, check the signed message, call one use case, encode.

Every signed call is checked in one order: TLS peer, live certificate (`transport`); live terminal,
signature (`message_checks`); stored answer, clock window, counter (`operation_gate` here, and the
payment use cases for their own calls); only then is anything opened.
"""
