"""From a frame to numbers: model files, face detection, landmarks, alignment, feature extraction.

Only what payment needs is computed: where a face is, how its mesh lies, and the features compared
at routing. No age, sex, mood or any other trait.
"""
