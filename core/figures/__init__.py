"""Numbers in, Plotly figures out, as plain dictionaries. The same figure serves the page, an export and a test."""
