"""SpiffWorkflow specs that speak the dialect: nothing predicted, nothing copied, everything recorded."""
