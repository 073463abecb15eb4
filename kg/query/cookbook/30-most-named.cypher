// Which concepts of a type do most papers speak of?
// @param type type "Method": Task, Dataset, Architecture, Method or Metric
// @param least integer "1": papers of a concept at least
MATCH (c:Concept) WHERE c.type = $type AND c.papers >= $least
RETURN c.id AS concept, c.name AS name, c.papers AS papers
ORDER BY papers DESC, concept
LIMIT 100
