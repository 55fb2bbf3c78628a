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
 * @file index.h
 * @brief Longest-prefix look-up of paths, by whole segments
 *
 * A hash table whose key is an origin (or none) and a path prefix.  A path is
 * looked up by hashing it once from left to right and asking the table at
 * those ends of segments that are as far from the beginning as a key is long,
 * so that the cost depends on the path and on the lengths of the keys, never
 * on their number.  Built while the configuration is read, read-only
 * afterwards.
 */

#ifndef REVMAP_INDEX_H
#define REVMAP_INDEX_H

#include "revmap/url.h"

/** What an entry is found by. */
typedef struct revmap_key {
    const revmap_origin *origin; /**< NULL: no origin */
    revmap_slice path;           /**< normal form, no trailing slash */
} revmap_key;

/** @return the key of an origin (NULL: none) and a path */
static inline revmap_key revmap_key_make(const revmap_origin *origin,
                                         revmap_slice path)
{
    revmap_key key;

    key.origin = origin;
    key.path = path;
    return key;
}

/** Tells the key of an entry; the table itself stores only entries. */
typedef revmap_key revmap_key_of(const void *entry);

typedef struct revmap_index revmap_index;

/** @return an empty table that grows in @a pool */
revmap_index *revmap_index_create(apr_pool_t *pool, revmap_key_of *key_of);

/** @return the entry with exactly this key, or NULL */
void *revmap_index_get(const revmap_index *index, revmap_key key);

/** The key of an entry whose first member is its origin, and which is found by
 *  that alone. */
revmap_key revmap_origin_key(const void *entry);

/** @return the entry of a table of such ones with this origin, or NULL */
void *revmap_index_get_origin(const revmap_index *index,
                              const revmap_origin *origin);

/** @return how many entries there are */
unsigned int revmap_index_count(const revmap_index *index);

/** @return the length of the longest path among their keys */
apr_size_t revmap_index_longest_path(const revmap_index *index);

/** Store an entry whose key is not in the table yet. */
void revmap_index_add(revmap_index *index, void *entry);

/** Put an entry in the place of one that has the same key. */
void revmap_index_replace(revmap_index *index, const void *old, void *entry);

/** The entries whose prefixes cover a path, shortest prefix first. */
typedef struct revmap_walk {
    const revmap_index *index;
    const revmap_origin *origin;
    revmap_slice path;
    revmap_reading reading;
    int done;
    int is_spelled;    /**< it is not read by the cursor yet */
    unsigned int next; /**< of the lengths of the keys */
    apr_uint64_t hash;
    apr_size_t read;    /**< so many bytes are hashed */
    apr_size_t matched; /**< bytes of the path that the entry covers */
    revmap_path_cursor cursor;
    apr_uint64_t block; /**< the last bytes that the cursor has read */
} revmap_walk;

/** Begin a walk; @a path must stay valid until it ends. */
void revmap_walk_init(revmap_walk *walk, const revmap_index *index,
                      const revmap_origin *origin, revmap_slice path,
                      revmap_reading reading);

/** @return the next entry, or NULL; @a walk->matched tells how far it goes */
void *revmap_walk_next(revmap_walk *walk);

/** An entry whose prefix covers a path. */
typedef struct revmap_found {
    void *entry;        /**< NULL: none */
    apr_size_t matched; /**< bytes of the path that it covers, or 0 */
} revmap_found;

/** @return the entry with the longest prefix that covers a path, which is read
 *          byte by byte */
revmap_found revmap_index_longest_bytes(const revmap_index *index,
                                        const revmap_origin *origin,
                                        revmap_slice path);

/** The same for a path that is read in its normal form. */
revmap_found revmap_index_longest_normal(const revmap_index *index,
                                         const revmap_origin *origin,
                                         revmap_slice path);

#endif /* REVMAP_INDEX_H */
