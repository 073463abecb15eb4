// Which metrics do papers that evaluate on a dataset report?
// @param dataset concept "SQuAD": id or any name of a dataset
MATCH (d:Concept) WHERE d.id = $dataset OR d.name = $dataset OR $dataset IN d.aliases OR $dataset IN d.acronyms
MATCH (p:Paper)-[:EVALUATES_ON]->(d)
MATCH (p)-[:MEASURES]->(found:Concept)
RETURN found.id AS metric, found.name AS name, count(DISTINCT p) AS papers
ORDER BY papers DESC, metric
