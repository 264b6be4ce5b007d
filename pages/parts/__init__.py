"""What several rooms use: memory, links, controls, figures, and what the server sends."""
