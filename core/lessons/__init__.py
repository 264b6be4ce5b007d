"""What authors write: lessons of blocks, prose with roles, claims, equations and figures."""
