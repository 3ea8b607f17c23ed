"""Security modules: one for the clearing institution, one for each issuer, in software.

A clear PIN exists in here (and in the PIN pad) and nowhere else. There is no call that opens
something and gives the content out, except the phone digits that the clearing service may read: a
PIN comes in under one key and leaves under another, for the account that a record made here names.

    protocol        what the rest of the service may ask
    software        the clearing institution's module
    issuer_module   an issuer's module
    pin_translation from a terminal's key to an issuer's, once
    pin_record      the MACed record that says for whom a PIN may be translated
    usage           once means once: records and key serial numbers, durable before use
    terminal_keys   initial keys and epoch keys, sealed to certified terminals only
    key_store       keys at rest, wrapped under the key-encrypting key
    weak_pin        PINs nobody may choose
"""
