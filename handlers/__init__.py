"""What leaves the building: letters, notices and the channels that carry them. Knows nothing of the engine or Flask."""
