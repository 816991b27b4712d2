"""The machine that runs a guidance pack; it knows the standards, not the subject."""
