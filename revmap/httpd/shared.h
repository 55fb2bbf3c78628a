/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/**
 * @file shared.h
 * @brief The shared memory in which all children count
 *
 * It is made by the first post_config and stays for as long as the parent
 * process does: children inherit it, those of an older configuration go on
 * counting in it.  Everything in it is read and written by atomic operations,
 * except for what the parent alone uses, so that no lock can be left behind
 * by a child that dies.
 */

#ifndef REVMAP_HTTPD_SHARED_H
#define REVMAP_HTTPD_SHARED_H

#include "httpd.h"

#include "apr_atomic.h"

#include "revmap/reason.h"

#include "revmap/httpd/counters.h"

/** No cache line has cells of two shards. */
#define REVMAP_CACHE_LINE 64

/** How many counters of each thing there are, so that threads seldom meet. */
#define REVMAP_SHARDS 16

/** A counter, or whatever else is long, not by APR, which has 64 bits only
 *  since 1.7.  It is shorter only where the processor cannot swap as many.  It
 *  is aligned, which such integers in structures are not on 32-bit x86: there
 *  clang would call libatomic. */
#if defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8)
typedef volatile apr_uint64_t revmap_cell __attribute__((aligned(8)));
#define revmap_cell_add(cell, count)                                           \
    __atomic_fetch_add(cell, count, __ATOMIC_RELAXED)
#define revmap_cell_read(cell) __atomic_load_n(cell, __ATOMIC_RELAXED)
#define revmap_cell_clear(cell) __atomic_store_n(cell, 0, __ATOMIC_RELAXED)
#define revmap_cell_swap(cell, to, from)                                       \
    __sync_bool_compare_and_swap(cell, from, to)
#else
typedef volatile apr_uint32_t revmap_cell;
#define revmap_cell_add(cell, count) apr_atomic_add32(cell, count)
#define revmap_cell_read(cell) apr_atomic_read32(cell)
#define revmap_cell_clear(cell) apr_atomic_set32(cell, 0)
#define revmap_cell_swap(cell, to, from)                                       \
    (apr_atomic_cas32(cell, (apr_uint32_t)(to), (apr_uint32_t)(from))          \
     == (apr_uint32_t)(from))
#endif

/** What one of several threads counts in.  The headers that most responses
 *  have are counted in the cache line that the responses are counted in. */
struct revmap_shard {
    revmap_cell events[REVMAP_EVENTS];
    revmap_cell rewritten[REVMAP_HEADER_COUNTERS];
    revmap_cell dry[REVMAP_HEADER_COUNTERS];
    revmap_cell left[REVMAP_REASONS];
    revmap_cell lines[REVMAP_LINES + 1]; /**< the first: all others */
} __attribute__((aligned(REVMAP_CACHE_LINE)));

/** A text that is read while others write it. */
typedef struct revmap_text {
    volatile apr_uint32_t version; /**< odd while it is written; 0: none yet */
    volatile apr_uint32_t time;    /**< when, in seconds */
    volatile apr_uint32_t words[REVMAP_TEXT / sizeof(apr_uint32_t)];
} revmap_text;

#define REVMAP_NAME 60

/** A name that got a number, which is its index. */
typedef struct revmap_name {
    volatile apr_uint32_t hash; /**< 0: free */
    volatile apr_uint32_t is_written;
    volatile apr_uint32_t words[REVMAP_NAME / sizeof(apr_uint32_t)];
} revmap_name;

/** Whose the counter of a line is.  Only the parent looks here. */
typedef struct revmap_owner {
    apr_uint64_t key;
    apr_uint32_t generation; /**< the last that had this line */
} revmap_owner;

#define REVMAP_HOURLY 2048
#define REVMAP_COOKIES 4096
#define REVMAP_BACKENDS 256

typedef struct revmap_shared {
    apr_uint32_t layout;
    volatile apr_uint32_t generation;      /**< how often it was loaded */
    revmap_owner owners[REVMAP_LINES + 1]; /**< the first is not used */
    revmap_name headers[REVMAP_HEADERS];   /**< unknown ones */
    revmap_text last[REVMAP_EVENTS];       /**< the last of each event */
    revmap_cell hourly[REVMAP_HOURLY];     /**< see hourly.c */
    revmap_cell cookies[REVMAP_COOKIES];   /**< see clash.c */
    revmap_name backends[REVMAP_BACKENDS]; /**< likewise */
    revmap_shard shards[REVMAP_SHARDS];
} revmap_shared;

/** NULL before post_config, and under `httpd -t`. */
extern revmap_shared *revmap_memory;

/**
 * Find the shared memory of this server, or make it.
 * @param process the pool that outlives all configurations
 * @return APR_SUCCESS, or why there is none that is shared: each child counts
 *         for itself then
 */
apr_status_t revmap_shared_open(apr_pool_t *process);

/** @return @a seed with some bytes and their number mixed in; begin with
 *          REVMAP_HASH_SEED */
apr_uint64_t revmap_hash(apr_uint64_t seed, const char *bytes, apr_size_t len);

/** The same without regard to the case of ASCII letters. */
apr_uint64_t revmap_hash_nocase(apr_uint64_t seed, const char *bytes,
                                apr_size_t len);

#define REVMAP_HASH_SEED APR_UINT64_C(14695981039346656037)

/**
 * Find the number of a name, or give it one.
 * @param names of a table of @a count
 * @param hash of the name, by revmap_hash()
 * @param name what is kept of it, cut if it is long
 * @return its index, or @a count if there is no room for it
 */
unsigned int revmap_name_number(revmap_name *names, unsigned int count,
                                apr_uint64_t hash, const char *name);

/** @return what is kept of a name's hash, never 0 */
static inline apr_uint32_t revmap_name_tag(apr_uint64_t hash)
{
    return (apr_uint32_t)(hash >> 32) | 1;
}

/** Free the numbers of all names, which nobody uses any more. */
void revmap_names_forget(revmap_name *names, unsigned int count);

/** @return the name with this number; "" if there is none, or not yet */
const char *revmap_name_text(apr_pool_t *pool, revmap_name *name);

/** Keep a text, unless another is being written or is of this second. */
void revmap_text_set(revmap_text *text, apr_uint32_t now, const char *value);

/** @return a copy of the text, or NULL if there is none, or none that is not
 *          being written */
const char *revmap_text_get(apr_pool_t *pool, revmap_text *text,
                            apr_uint32_t *time);

#endif /* REVMAP_HTTPD_SHARED_H */
