"""One capture: camera on, a good sample, a proven presentation, features, sealed probe, camera off.

1. `capture_session` turns the camera on and feeds frames, on a thread of its own.
2. `presentation` finds the payer, guides, takes the neutral face and features, runs the challenge.
3. `pos_app.pad.decision` judges the evidence.
4. `looks` fuses several presentations into one, where a reference is made.
5. `sealing` rotates, quantises, splits and seals the features to the three parties.

On every way out the camera is off and every frame, mesh and feature is wiped.
"""
