"""A lesson's text and figures as one would put them on a page in an afternoon: the peer of `benchmarks.reader`."""

import json
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

for number, (text, figures) in enumerate(json.loads(Path("sections.json").read_text(encoding="utf-8"))):
    st.markdown(text)
    for place, figure in enumerate(figures):
        st.plotly_chart(go.Figure(figure), key=f"{number}-{place}")
