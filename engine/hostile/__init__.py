"""Attacks on a running product: every case of a folder of faults, on each database, with what must hold afterwards."""
