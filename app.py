"""Vanishing Point. Start it with `make run`, or with `streamlit run app.py`.

`pages/site.py` lists the pages; here they get our own routes and warm imports. The script is kept apart from
this file so that Streamlit does not take the folder `pages/` for its older way of making a menu.
"""

import streamlit as st
from starlette.middleware import Middleware

from pages.arrival import Arrival
from pages.lab.stage import routes
from pages.lifespan import lifespan
from pages.parts import serving

app = st.App(
    "pages/script.py",
    lifespan=lifespan,
    routes=[*routes.ROUTES, *serving.ROUTES],
    middleware=[*serving.MIDDLEWARE, Middleware(Arrival)],
)
