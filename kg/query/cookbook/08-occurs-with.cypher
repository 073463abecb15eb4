// Which concepts occur in the same papers as X?
// @param x concept "BERT": id or any name of a concept
// @param least integer "1": papers that both share at least
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (asked)<--(p:Paper)-->(c:Concept) WHERE c.id <> asked.id
WITH c.id AS concept, c.name AS name, c.type AS type, count(DISTINCT p.id) AS papers
WHERE papers >= $least
RETURN concept, name, type, papers
ORDER BY papers DESC, concept
