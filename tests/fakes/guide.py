"""Commands and their outputs in a guide, and what of an output is another one every day."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DAY = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_NUMBER = re.compile(r"\b(\d{4})\d{8}\b")
_NUMBER_BEGIN = re.compile(r"\b\d{4}(?=\d{8}\b)")
_PASSING = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b"), "YYYY-MM-DD hh:mm"),
    (_DAY, "YYYY-MM-DD"),
    (re.compile(r"\b\d{4}(\d{8})\b"), r"YDDD\1"),
    (re.compile(r"\b[0-9a-f]{64}\b|(?<=digest )[0-9a-f]{16}\b"), "HASH"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "UUID"),
)


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One command as it is typed, and the lines it prints."""

    command: str
    output: str


def steps_of(path: Path, heading: str) -> list[GuideStep]:
    """Return every command that begins with `$` below a heading of the second level, in order."""
    text = path.read_text(encoding="utf-8")
    begin = text.index(f"\n## {heading}\n") + 1
    end = text.find("\n## ", begin)
    found = []
    for block in _BLOCK.findall(text[begin : end if end > 0 else len(text)]):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(GuideStep(command.strip(), output.rstrip("\n")))
    return found


def without_days(text: str) -> str:
    """Return a text with placeholders for days, times, numbers that hold a day, and hashes."""
    for pattern, placeholder in _PASSING:
        text = pattern.sub(placeholder, text)
    return text


def for_today(command: str, printed: str) -> str:
    """Return a command of the guide with days and payments' numbers as they are today.

    `printed` is what was printed before; its first number of a payment and its first day tell.
    """
    for pattern, replaced in ((_NUMBER, _NUMBER_BEGIN), (_DAY, _DAY)):
        today = pattern.search(printed)
        if today is not None:
            command = replaced.sub(today[1], command)
    return command
