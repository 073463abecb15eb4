"""From the text of a paper to mentions: every span that may name a concept, and the decision which do."""
