/* Sorted lines of N-Triples as blocks of Turtle; exports/turtle.py says how they look, and does the same with nodes. */

#include "texts.h"

/* What stands for namespaces: where each begins among `iris`, and each prefix with its colon among `names`. */
typedef struct {
    int64_t count;
    const int64_t *iri_ends, *name_ends; /* one more than there are, from 0 on */
    const uint8_t *iris, *names;
    int64_t xsd; /* which of them is that of XML Schema; negative for none */
} Prefixes;

static int local(const uint8_t *at, int64_t length)
{
    for (int64_t n = 0; n < length; n++) {
        const uint8_t c = at[n];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c == '-' && n)))
            return 0;
    }
    return length > 0;
}

/* Which prefix an IRI has that can be written with one, and where its local name begins; negative for none. */
static int64_t prefix_of(const Prefixes *p, Text iri, int64_t *cut)
{
    int64_t at = iri.length;
    while (at > 0 && iri.at[at - 1] != '/' && iri.at[at - 1] != '#')
        at--;
    for (int64_t n = 0; n < p->count; n++)
        if (p->iri_ends[n + 1] - p->iri_ends[n] == at && (!at || memcmp(p->iris + p->iri_ends[n], iri.at, (size_t)at) == 0)) {
            *cut = at;
            return local(iri.at + at, iri.length - at) ? n : -1;
        }
    return -1;
}

/* A term `<iri>`. */
static void put_iri(Sink *s, const Prefixes *p, Text term)
{
    const Text iri = {term.at + 1, term.length - 2};
    int64_t cut = 0;
    const int64_t n = prefix_of(p, iri, &cut);
    if (n < 0) {
        put(s, term.at, term.length);
        return;
    }
    put(s, p->names + p->name_ends[n], p->name_ends[n + 1] - p->name_ends[n]);
    put(s, iri.at + cut, iri.length - cut);
}

static int64_t digits(const uint8_t *at, int64_t length)
{
    int64_t n = 0;
    while (n < length && at[n] >= '0' && at[n] <= '9')
        n++;
    return n;
}

static int same(Text text, const char *word)
{
    return text.length == (int64_t)strlen(word) && memcmp(text.at, word, (size_t)text.length) == 0;
}

/* Whether a value of a type of XML Schema can stand without quotes. */
static int bare(Text value, Text type)
{
    if (same(type, "boolean"))
        return same(value, "true") || same(value, "false");
    if (value.length && (value.at[0] == '+' || value.at[0] == '-'))
        value = (Text){value.at + 1, value.length - 1};
    const int64_t whole = digits(value.at, value.length);
    if (same(type, "integer"))
        return whole > 0 && whole == value.length;
    return same(type, "decimal") && whole + 1 < value.length && value.at[whole] == '.' &&
           digits(value.at + whole + 1, value.length - whole - 1) == value.length - whole - 1;
}

static void put_object(Sink *s, const Prefixes *p, Text term)
{
    if (term.at[0] == '<') {
        put_iri(s, p, term);
        return;
    }
    int64_t at = term.length;
    if (term.at[term.length - 1] == '>')
        while (at > 0 && term.at[at - 1] != '<')
            at--;
    else
        at = 0;
    /* "value"^^<type> */
    if (at < 5) {
        put(s, term.at, term.length);
        return;
    }
    const Text type = {term.at + at, term.length - at - 1}, value = {term.at + 1, at - 5};
    int64_t cut = 0;
    const int64_t n = prefix_of(p, type, &cut);
    if (n >= 0 && n == p->xsd && bare(value, (Text){type.at + cut, type.length - cut})) {
        put(s, value.at, value.length);
        return;
    }
    put(s, term.at, at - 1);
    put_iri(s, p, (Text){type.at - 1, type.length + 2});
}

/* The three terms of a line; BAD where it is none. */
static int terms_of(Text line, Text *subject, Text *predicate, Text *object)
{
    const uint8_t *end = line.length > 3 ? memchr(line.at, '>', (size_t)line.length) : NULL;
    if (!end || line.at[0] != '<' || line.at[line.length - 1] != '\n' || line.at[line.length - 2] != '.' || line.at[line.length - 3] != ' ')
        return BAD;
    *subject = (Text){line.at, end - line.at + 1};
    const int64_t at = subject->length + 1;
    end = line.length > at + 4 ? memchr(line.at + at, '>', (size_t)(line.length - at)) : NULL;
    if (!end || line.at[at - 1] != ' ' || line.at[at] != '<' || end[1] != ' ')
        return BAD;
    *predicate = (Text){line.at + at, end - line.at - at + 1};
    *object = (Text){end + 2, line.at + line.length - 3 - (end + 2)};
    return object->length > 0 ? 0 : BAD;
}

static int alike(Text a, Text b)
{
    return a.length == b.length && memcmp(a.at, b.at, (size_t)a.length) == 0;
}

static Text line_at(const uint8_t *in, int64_t size)
{
    const uint8_t *end = size ? memchr(in, '\n', (size_t)size) : NULL;
    return (Text){in, end ? end - in + 1 : 0};
}

/* Predicates with their objects, of which only that of types is told or all others; gives whether there was one, or BAD. */
static int put_predicates(Sink *s, const Prefixes *p, const uint8_t *in, int64_t size, Text type, int types, int begun)
{
    Text before = {NULL, 0};
    while (size && !s->full) {
        const Text line = line_at(in, size);
        Text subject, predicate, object;
        if (!line.length || terms_of(line, &subject, &predicate, &object))
            return BAD;
        if (alike(predicate, type) == types) {
            if (before.at && alike(before, predicate))
                put(s, ", ", 2);
            else {
                put(s, " ;\n    ", begun ? 7 : 0);
                if (types)
                    put(s, "a", 1);
                else
                    put_iri(s, p, predicate);
                put(s, " ", 1);
                begun = 1;
            }
            put_object(s, p, object);
            before = predicate;
        }
        in += line.length;
        size -= line.length;
    }
    return begun;
}

/* Writes a block for each subject, as many as there is room for; the last subject is left unless nothing comes behind it (`ended`).
 * `type`: the predicate of types. `found`: the bytes that were read, and those that were written. */
KG_EXPORT int kg_turtle(const uint8_t *in, int64_t size, int64_t ended, int64_t prefixes, const int64_t *iri_ends, const uint8_t *iris,
                        const int64_t *name_ends, const uint8_t *names, int64_t xsd, const uint8_t *type, int64_t type_length,
                        uint8_t *out, int64_t room, int64_t *found)
{
    const Prefixes p = {prefixes, iri_ends, name_ends, iris, names, xsd};
    const Text type_term = {type, type_length};
    Sink s = {out, 0, room, 0};
    int64_t at = 0;
    while (at < size) {
        Text first, subject, predicate, object;
        Text line = line_at(in + at, size - at);
        int64_t end = at;
        if (!line.length && !ended)
            break;
        if (!line.length || terms_of(line, &first, &predicate, &object))
            return BAD;
        do {
            end += line.length;
            line = line_at(in + end, size - end);
            if (line.length && terms_of(line, &subject, &predicate, &object))
                return BAD;
        } while (line.length && alike(subject, first));
        /* the subject may go on in what comes */
        if (!line.length && !ended)
            break;
        if (!line.length && end != size)
            return BAD;
        const int64_t begin = s.size;
        put(&s, "\n", 1);
        put_iri(&s, &p, first);
        put(&s, " ", 1);
        int begun = put_predicates(&s, &p, in + at, end - at, type_term, 1, 0);
        if (begun != BAD)
            begun = put_predicates(&s, &p, in + at, end - at, type_term, 0, begun);
        if (begun == BAD)
            return BAD;
        put(&s, " .\n", 3);
        if (s.full) {
            s.size = begin;
            break;
        }
        at = end;
    }
    found[0] = at;
    found[1] = s.size;
    return 0;
}
