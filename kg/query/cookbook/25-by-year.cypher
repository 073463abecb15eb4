// In how many papers of each year does X occur?
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (p:Paper)-->(asked) WHERE p.year IS NOT NULL
RETURN p.year AS year, count(DISTINCT p) AS papers
ORDER BY year
