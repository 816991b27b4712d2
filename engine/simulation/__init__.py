"""Plays many invented lives through the real commands: what each does follows from the policy, a data file and a seed.

Pure: `chances`, `hours`, `data`, `filling`, `life`, `deciding`, `memory`, `told`, `measured`, `picture`. With a
database: `playing`, `running`.
"""
