"""Vanishing Point. Start it with `make run`, or with `streamlit run app.py`.

The pages are in `pages/site.py`; here they get our own routes and warm imports. The script is kept apart from
this file so that Streamlit does not take the folder `pages/` for its older way of making a menu.
"""

import streamlit as st

from pages.parts import serving
from pages.parts.stage import routes

app = st.App(
    "pages/site.py", lifespan=serving.lifespan, routes=[*routes.ROUTES, *serving.ROUTES], middleware=serving.MIDDLEWARE
)
