"""Regenerate the stubs in `facepay/v1`; with `--check`, fail if the committed ones differ."""

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent


def generate(target: Path) -> None:
    """Write the stubs of every `facepay/v1/*.proto` below `target`."""
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("facepay/v1/*.proto"))
    arguments = ["protoc", f"-I{PROTOS}", f"--python_out={target}", f"--pyi_out={target}"]
    code = protoc.main([*arguments, f"--grpc_python_out={target}", *sources])
    if code != 0:
        sys.exit(code)
    for unused in target.glob("facepay/v1/*_pb2_grpc.py"):
        if "Stub" not in unused.read_text(encoding="utf-8"):
            unused.unlink()


def differences() -> list[str]:
    """Return the names of stubs that are missing, stale or left over."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        fresh = {path.name: path for path in Path(folder).glob("facepay/v1/*_pb2*")}
        kept = {path.name: path for path in PROTOS.glob("facepay/v1/*_pb2*")}
        return sorted(
            name
            for name in fresh.keys() | kept.keys()
            if name not in fresh
            or name not in kept
            or not filecmp.cmp(fresh[name], kept[name], shallow=False)
        )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on differences")
    if not parser.parse_args().check:
        generate(PROTOS)
    elif stale := differences():
        sys.exit(f"stubs differ from the protos, run protos/generate.py: {', '.join(stale)}")


if __name__ == "__main__":
    main()
