"""A Django application that holds the flows: viewflow finds a flow by its application."""
