"""Plays the policy in force with plausible answers over many cases and months, through the real commands."""
