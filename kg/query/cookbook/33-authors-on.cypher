// Who writes about X most?
// @param x concept "BERT": id or any name of a concept
// @param least integer "1": papers at least
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (p:Paper)-->(asked)
UNWIND p.authors AS author
WITH author, count(DISTINCT p) AS papers WHERE papers >= $least
RETURN author, papers
ORDER BY papers DESC, author
