"""Rules that are data: a file of one's own if a folder has it, else the one in the program."""

from importlib.resources import files
from os.path import lexists
from pathlib import Path

from clearing_service.errors import ClearingError


def read_rule_file(
    package: str, name: str, folder: Path | None, failure: type[ClearingError]
) -> str:
    """Return the text of `name` in `folder`, or in `package` where the folder has none.

    Raises `failure`, which names the file, if it cannot be read. A link that leads nowhere cannot:
    whoever set it wanted rules of their own.
    """
    own = folder / name if folder else None
    source = own if own is not None and lexists(own) else files(package).joinpath(name)
    try:
        return source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"{own or name} cannot be read") from error
