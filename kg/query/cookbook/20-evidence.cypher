// Where does a paper say what it says of X? (offsets count characters from 0)
// @param paper paper "arxiv:1810.04805": id or title of a paper
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Paper) WHERE asked.id = $paper OR asked.title = $paper
MATCH (c:Concept) WHERE c.id = $x OR c.name = $x OR $x IN c.aliases OR $x IN c.acronyms
MATCH (asked)-[r]->(c)
UNWIND range(0, size(r.mentions) - 1) AS i
RETURN i + 1 AS place, type(r) AS relation, r.confidence AS confidence, r.mentions[i] AS mention, r.fields[i] AS field, r.starts[i] AS start,
  r.ends[i] AS end, CASE WHEN r.cues[i] <> '' THEN r.cues[i] END AS cue, r.sentence AS sentence
ORDER BY place
