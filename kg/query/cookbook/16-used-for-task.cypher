// Which methods and architectures do papers on a task use most?
// @param task concept "question answering": id or any name of a task
MATCH (t:Concept) WHERE t.id = $task OR t.name = $task OR $task IN t.aliases OR $task IN t.acronyms
MATCH (p:Paper)-[:ADDRESSES]->(t)
MATCH (p)-[:USES]->(c:Method|Architecture)
RETURN c.id AS concept, c.name AS name, c.type AS type, count(DISTINCT p) AS papers
ORDER BY papers DESC, concept
