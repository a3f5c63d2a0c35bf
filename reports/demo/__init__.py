"""Demonstration data: a force, its people and the patrols of Operation Hotspot, made up so that they count to the
published figures. Nothing here holds a figure as such; `plan` deals out rows until they add up. Seeded, so the same
seed makes the same force.
"""
