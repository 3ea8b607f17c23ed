"""Writing the few shapes of TOML that provisioning needs; the standard library only reads it."""

import json
from collections.abc import Mapping

TomlValue = str | int | float | bool
TomlTable = Mapping[str, "TomlValue | Mapping[str, TomlValue]"]


def toml_text(table: TomlTable, comment: str = "") -> str:
    """Return `table` as TOML: plain values first, then one section for each table within it.

    A section's name may have dots; text is written as a JSON string, which is a TOML basic string
    for all text without control characters.
    """
    lines = [f"# {line}" for line in comment.splitlines()]
    sections: list[str] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            sections += ["", f"[{name}]", *(_line(key, item) for key, item in value.items())]
        else:
            lines.append(_line(name, value))
    return "\n".join([*lines, *sections]) + "\n"


def _line(name: str, value: TomlValue) -> str:
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"
