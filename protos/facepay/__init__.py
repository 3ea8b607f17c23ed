"""The contract between a face-payment terminal and the clearing institution, and nothing else.

Pure modules: they hold the formats both sides must agree on byte for byte (money, identifiers, the
signed message header, PIN block, sealed envelope, private routing template) and know neither side.
"""

import os

# Before numpy is loaded. Its linear algebra otherwise starts a thread a core and waits for all of them
# with the interpreter locked: on a busy machine half a second for a matrix of 128 by 128, in which no
# window and no call goes on. Nothing here multiplies anything large enough to need them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
