"""Messages as frozen dataclasses, and strict conversion to and from protobuf.

Everything outside the edge of a program works with these dataclasses and never sees a generated
class. A body converts with `to_bytes` and `from_bytes`, because its bytes are what the header's
hash covers; a reply converts with `to_message` and `from_message`. Reading is strict: unknown
fields, values out of range and anything that looks like a picture are refused.
"""
