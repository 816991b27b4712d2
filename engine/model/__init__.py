"""What the machine talks about: plain, frozen data and pure rules; no framework, file, clock or network."""
