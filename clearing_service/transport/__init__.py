"""Mutual TLS, who is at the other end, and what every call has in common. No message types.

A call meets these in order:

1. the handshake: TLS 1.3, a certificate of our authority on both sides      (`credentials`)
2. who that is, from the certificate's URI, and whether it is live            (`peers`)
3. whether that role may make this call                                       (`call_guard`)
4. the handler, within its deadline                                           (`call_guard`)
5. an error becomes a canonical code with a stable reason, nothing more       (`failures`)

`server` puts these around services, with health, reflection when asked for, and a graceful end.
"""
