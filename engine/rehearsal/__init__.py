"""Plays written examples through the real commands on a clock that it moves: scenarios and the demo's cases."""
