"""The simulated PIN entry device: the one place in the terminal where a clear PIN exists.

It alone holds the transaction keys and the entry buffer. The window presses keys and is told how
many digits there are; the checkout gets a block that is enciphered for one routing token, and the
serial number of its key. It is a program, not tamper-responding hardware, and claims nothing more.

    simulated_ped   the device: keys pressed, time kept, PIN enciphered
    digit_buffer    the entry buffer
    key_memory      transaction keys on disk, used up before use
"""
