"""The fast lane: the final POST of a procedure is answered in front of Django when nothing unusual is asked of it."""

from kencho.applications.fast_lane._lane import FastLane

__all__ = ["FastLane"]
