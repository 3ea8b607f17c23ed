"""The camera side of a capture: frames, cameras, what is shown, and whether a frame is usable.

Nothing here knows who anybody is. Frames live in memory only and are wiped by whoever holds them.
"""
