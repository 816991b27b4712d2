"""The dialect: what the XML of a diagram says, read once into frozen data and SpiffWorkflow specs."""
