"""Streams between parties over gRPC, and the only place that turns frames into protobuf."""
