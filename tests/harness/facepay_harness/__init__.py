"""Sandbox worlds, synthetic people, faults and scenarios: how the product is tried without a camera.

`world` starts the three parties and opens terminals; `terminal` pays and enrols with the terminal's
real code; `synthetic_person` and `synthetic_capture` stand in for a face and a camera; `faults` and
`recorder` sit on a terminal's line; `pytest_plugin` offers all of it to tests.
"""
