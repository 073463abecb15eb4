/* What all kernels share. A kernel is given the sizes of what it is given, and returns 0, or BAD where they do not fit together. */

#ifndef KG_H
#define KG_H

#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define KG_EXPORT __declspec(dllexport)
#else
#define KG_EXPORT __attribute__((visibility("default")))
#endif

#define BAD (-1)

#endif
