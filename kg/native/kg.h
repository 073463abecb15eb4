/* What all kernels share. A kernel is given the sizes of what it is given, and returns 0, or BAD where they do not fit together. */

#ifndef KG_H
#define KG_H

#include <float.h>
#include <stdint.h>
#include <string.h>

/* Addresses are handed over as numbers of 64 bits, and each operation on floats has to be rounded by itself, as numpy does. */
#if UINTPTR_MAX != UINT64_MAX || FLT_EVAL_METHOD != 0
#error "kernels are for machines of 64 bits that compute floats as they are kept"
#endif

/* The library of other kinds of processors, for tests. */
#if defined(KG_PLAIN)
#undef __SSE2__
#undef __x86_64__
#undef __i386__
#endif

#if defined(_WIN32)
#define KG_EXPORT __declspec(dllexport)
#else
#define KG_EXPORT __attribute__((visibility("default")))
#endif

#define BAD (-1)

#endif
