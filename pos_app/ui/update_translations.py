"""Bring the translation files up to date with the texts in the code: `python -m` this module.

Collects every `phrase(...)` into the .ts files, which people translate, and compiles them to .qm.
With `--check` nothing is written and a difference or an unfinished text is an error.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

from pos_app.ui.phrase import Language
from pos_app.ui.tongue import TRANSLATIONS

_SOURCES = sorted(Path(__file__).parent.glob("*.py"))
_TRANSLATED = (Language.CHINESE,)


def update(folder: Path) -> None:
    """Rewrite the .ts and .qm files in `folder`."""
    for language in _TRANSLATED:
        source = folder / f"till_{language.value}.ts"
        _run(
            "lupdate",
            *(str(path) for path in _SOURCES),
            *("-tr-function-alias", "translate+=phrase", "-locations", "none", "-no-obsolete"),
            *("-source-language", "en", "-target-language", language.value),
            *("-silent", "-ts", str(source)),
        )
        _run("lrelease", "-silent", str(source), "-qm", str(source.with_suffix(".qm")))


def check() -> list[str]:
    """Return what is wrong with the committed files: out of date, or not translated."""
    findings = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in TRANSLATIONS.glob("till_*"):
            shutil.copy(path, folder / path.name)
        update(folder)
        for fresh in sorted(folder.iterdir()):
            committed = TRANSLATIONS / fresh.name
            if not committed.exists() or committed.read_bytes() != fresh.read_bytes():
                findings.append(f"{fresh.name} is not up to date")
    return findings + unfinished()


def unfinished() -> list[str]:
    """Return the source texts that have no finished translation."""
    return [
        f"{path.name}: {message.findtext('source')}"
        for path in sorted(TRANSLATIONS.glob("*.ts"))
        for message in ET.parse(path).getroot().iter("message")  # noqa: S314 - our own file
        if message.find("translation[@type]") is not None or not message.findtext("translation")
    ]


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, capture_output=True)  # noqa: S603 - fixed tools


def main() -> int:
    """Update, or with `--check` report; return the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        update(TRANSLATIONS)
        return 0
    findings = check()
    for finding in findings:
        print(finding, file=sys.stderr)  # noqa: T201 - a command prints
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
