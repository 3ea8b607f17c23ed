"""Keep OpenCV from writing to stderr what this program says as an error of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from cv2.utils import logging


@contextmanager
def quiet_opencv() -> Iterator[None]:
    """Silence OpenCV while a camera or a file is opened; FFmpeg has a switch of its own."""
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging.setLogLevel(level)
