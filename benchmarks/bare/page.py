"""The lab's first picture as one would write it in an afternoon: the peer of `make bench`."""

import plotly.graph_objects as go
import streamlit as st
import torch
from torch import nn

depth = st.slider("Depth", 1, 100, 10)
torch.manual_seed(0)
inputs, labels = torch.randn(64, 2), torch.randint(0, 2, (64,)).float()
figure = go.Figure()
for name, activation, start in [
    ("Sigmoid", nn.Sigmoid, nn.init.xavier_normal_),
    ("ReLU", nn.ReLU, nn.init.kaiming_normal_),
]:
    layers: list[nn.Module] = []
    for layer in range(depth):
        linear = nn.Linear(2 if layer == 0 else 32, 32)
        start(linear.weight)  # type: ignore[operator]
        nn.init.zeros_(linear.bias)
        layers += [linear, activation()]
    network = nn.Sequential(*layers, nn.Linear(32, 1))
    nn.BCEWithLogitsLoss()(network(inputs).squeeze(1), labels).backward()
    hidden = [layer for layer in layers if isinstance(layer, nn.Linear)]
    norms = [layer.weight.grad.norm().item() for layer in hidden if layer.weight.grad is not None]
    figure.add_bar(name=name, x=list(range(1, depth + 1)), y=norms)
figure.update_yaxes(type="log")
st.plotly_chart(figure)
