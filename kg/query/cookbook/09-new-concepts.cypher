// Which concepts are new to the catalog, by number of papers?
// @param least integer "1": papers of a concept at least
MATCH (c:Concept) WHERE NOT c.known AND c.papers >= $least
RETURN c.id AS concept, c.name AS name, c.type AS type, c.papers AS papers
ORDER BY papers DESC, concept
