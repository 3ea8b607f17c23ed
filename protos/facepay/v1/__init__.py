"""Generated protobuf and gRPC code of version 1. Written by `protos/generate.py`; do not edit."""
