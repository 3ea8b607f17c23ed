"""One matching party's gallery database: shares sealed at rest, changes in single transactions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched
