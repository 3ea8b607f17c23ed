"""Keep OpenCV and FFmpeg from writing to stderr what this program says as an error of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cv2.utils import logging

_FFMPEG_LEVEL: Final = "OPENCV_FFMPEG_LOGLEVEL"
_FFMPEG_QUIET: Final = "-8"


@contextmanager
def quiet_opencv() -> Iterator[None]:
    """Silence OpenCV while a camera, a file or a network is opened.

    FFmpeg reads its level once, at the first file of a process, and keeps it; a level that the user
    set stays.
    """
    os.environ.setdefault(_FFMPEG_LEVEL, _FFMPEG_QUIET)
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging.setLogLevel(level)
