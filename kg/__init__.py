"""paperkg: machine-learning papers in, a graph of linked concepts out."""
