/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the engine takes out of a pool is here a block of exactly its size,
 * because the programs are linked with --wrap=apr_palloc: a sanitizer sees what
 * goes beyond its end, and without one the destruction of the pool does.
 */

#ifndef MEMORY_H
#define MEMORY_H

#include "apr_pools.h"

/* The size that was asked for when the block was taken; 0: it was not taken by
 * the engine itself. */
apr_size_t memory_size(const void *block);

#endif /* MEMORY_H */
