/* SPDX-License-Identifier: Apache-2.0 */

/* What the targets share: how they complain, and the maps. */

#ifndef FUZZ_H
#define FUZZ_H

#include "reference.h"

#include <stdint.h>

/* What libFuzzer, and standalone.c, call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Say what was promised and stop, so that the input is kept. The arguments
 * are those of printf. */
#define BREAKS(...)                                                            \
    (fprintf(stderr, "\n" __VA_ARGS__), fputc('\n', stderr), abort())

/* A map and a request, as in the unit tests. */
typedef struct fuzz_map {
    setting set;
    int promised;  /* no public side in or above a backend side of it */
    int roundtrip; /* each backend resource has one public place */
} fuzz_map;

/* NULL behind the last one */
const fuzz_map *fuzz_map_at(size_t i);
size_t fuzz_map_count(void);

/* A map with all that it is judged by. */
typedef struct fuzz_bench {
    const fuzz_map *map;
    world world;
    reference reference;
} fuzz_bench;

/* Gives a map the further lines that a target needs. */
typedef void fuzz_prepare(revmap_map *map);

/* The bench of a map, by the letter that an input begins with; those of the
 * corpora.  All are made when the first one is asked for.
 * @param prepare NULL: the maps are as they are */
const fuzz_bench *fuzz_bench_at(uint8_t letter, fuzz_prepare *prepare);

/* What a URL is for, by a number that wraps round; those of the corpora. */
#define FUZZ_USES 4
revmap_use fuzz_use_at(size_t i);

#endif /* FUZZ_H */
