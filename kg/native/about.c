/* What the library was made of, so that it is not used with other sources than its own. */

#include "kg.h"

#ifndef KG_SOURCES
#define KG_SOURCES "unknown"
#endif

KG_EXPORT const char *kg_sources(void) { return KG_SOURCES; }
