"""Where it is computed, and what is kept of it: worker processes, a cluster, tickets, kept results."""
