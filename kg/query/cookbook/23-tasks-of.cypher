// For which tasks do papers use or propose X?
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (p:Paper)-[:USES|PROPOSES]->(asked)
MATCH (p)-[:ADDRESSES]->(found:Concept)
RETURN found.id AS task, found.name AS name, count(DISTINCT p) AS papers
ORDER BY papers DESC, task
