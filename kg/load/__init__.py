"""Ways back into a graph: from files that `exports` wrote and from servers that it filled."""
