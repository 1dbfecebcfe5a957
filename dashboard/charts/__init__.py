"""Charts: one function a figure, named as its query; Vega-Lite specs without data, built once."""
