"""Statistics that several subjects share: regressions, clusters, draws and trends. Numbers in, numbers out."""
