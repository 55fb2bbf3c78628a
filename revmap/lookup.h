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
 * @file lookup.h
 * @brief How an index is searched
 *
 * For index.c, and for who searches so often that it should know what the keys
 * are without a call: it names the function that tells them.
 */

#ifndef REVMAP_LOOKUP_H
#define REVMAP_LOOKUP_H

#include "revmap/block.h"
#include "revmap/index.h"

/** A hash table with open addressing.  The entries stand in the order of their
 *  hashes, each in the slot where the search for it begins or as close behind
 *  it as there is room, so that a search ends at the first higher hash, and
 *  larger tables are made in one pass. */
struct revmap_index {
    apr_pool_t *pool;
    apr_pool_t *slots_pool; /**< of the slots alone, if they are many */
    revmap_key_of *key_of;
    unsigned int *hashes; /**< of the slots; the last one is always free */
    void **entries;       /**< of the slots */
    unsigned int size;    /**< among so many slots the hashes are spread; what
                               they have no room for stands behind these */
    unsigned int room;    /**< how many slots there are */
    unsigned int count;
    unsigned int lengths_count;
    apr_size_t *lengths;  /**< of the paths of the keys: each once, in order */
    apr_uint64_t origins; /**< of the keys: see revmap_lookup_may_have() */
};

/** The hash of a slot that is free: no key has one that is so high. */
#define REVMAP_FREE 0xffffffffu

/** @return the hash of an origin, with which that of a path goes on */
static inline apr_uint64_t revmap_lookup_begin(const revmap_origin *origin)
{
    return origin ? revmap_origin_hash(origin) : 0;
}

/** @return one of 64 bits for each origin, so that where there are few, as in a
 *          section, most others are known not to be there */
static inline apr_uint64_t revmap_lookup_bit(apr_uint64_t hash)
{
    return APR_UINT64_C(1) << hash % 64;
}

/** @return zero if no key has an origin with this hash */
static inline int revmap_lookup_may_have(const revmap_index *index,
                                         apr_uint64_t hash)
{
    return (index->origins & revmap_lookup_bit(hash)) != 0;
}

/** @return what of a hash stands in a slot: a free one has another */
static inline unsigned int revmap_lookup_in_slot(apr_uint64_t hash)
{
    return (unsigned int)hash & ~1u;
}

/** @return the same, of an origin and a path */
static inline unsigned int revmap_lookup_hash(apr_uint64_t origin_hash,
                                              revmap_slice path)
{
    return revmap_lookup_in_slot(
        revmap_mix_text(origin_hash, path.ptr, path.len, 0));
}

/** @return the slot where the search for a hash begins */
static inline unsigned int revmap_lookup_home(const revmap_index *index,
                                              unsigned int hash)
{
    return (unsigned int)((apr_uint64_t)hash * index->size >> 32);
}

/** @return the first slot whose hash is this one or higher */
static inline unsigned int revmap_lookup_slot(const revmap_index *index,
                                              unsigned int hash)
{
    unsigned int i = revmap_lookup_home(index, hash);

    while (index->hashes[i] < hash) {
        i++;
    }
    return i;
}

/** @return the entry with this origin and this path, which is read so and has
 *          this hash; NULL: none */
void *revmap_lookup_all(const revmap_index *index, const revmap_origin *origin,
                        revmap_slice path, revmap_reading reading,
                        unsigned int hash);

/** The same for a path that is read byte by byte.  Mostly the first entry that
 *  has the hash is it, and its origin the very one. */
static inline void *revmap_lookup(const revmap_index *index,
                                  revmap_key_of *key_of,
                                  const revmap_origin *origin,
                                  revmap_slice path, unsigned int hash)
{
    unsigned int slot = revmap_lookup_slot(index, hash);
    revmap_key key;

    if (index->hashes[slot] != hash) {
        return NULL;
    }
    key = key_of(index->entries[slot]);
    return key.origin == origin && key.path.len == path.len
                   && revmap_same_text(key.path.ptr, path.ptr, path.len)
               ? index->entries[slot]
               : revmap_lookup_all(index, origin, path, REVMAP_READ_BYTES,
                                   hash);
}

/** @return the entry whose path is the first @a len bytes of a path.  Keys are
 *          normal forms, so that a beginning of a path that is spelled like one
 *          is one. */
static inline void *revmap_lookup_spelled(const revmap_index *index,
                                          revmap_key_of *key_of,
                                          const revmap_origin *origin,
                                          apr_uint64_t origin_hash,
                                          revmap_slice path, apr_size_t len)
{
    revmap_slice here = revmap_slice_make(path.ptr, len);

    return len <= path.len && revmap_path_boundary(path, len)
               ? revmap_lookup(index, key_of, origin, here,
                               revmap_lookup_hash(origin_hash, here))
               : NULL;
}

/** revmap_index_longest_bytes() for who knows how to tell the keys. */
static inline revmap_found revmap_lookup_longest(const revmap_index *index,
                                                 revmap_key_of *key_of,
                                                 const revmap_origin *origin,
                                                 revmap_slice path)
{
    revmap_found found = {NULL, 0};
    apr_uint64_t hash = revmap_lookup_begin(origin);
    unsigned int i =
        revmap_lookup_may_have(index, hash) ? index->lengths_count : 0;

    while (i > 0) {
        apr_size_t len = index->lengths[--i];

        found.entry =
            revmap_lookup_spelled(index, key_of, origin, hash, path, len);
        if (found.entry) {
            found.matched = len;
            break;
        }
    }
    return found;
}

#endif /* REVMAP_LOOKUP_H */
