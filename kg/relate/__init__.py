"""How papers stand to concepts, and concepts to each other, with the place in the text that shows it."""
