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

#include "revmap/index.h"

typedef struct revmap_slot {
    void *entry;
    unsigned int hash;
} revmap_slot;

/* Open addressing; the number of slots is a power of two, at most two thirds
 * of them are taken. */
struct revmap_index {
    apr_pool_t *pool;
    revmap_key_of *key_of;
    revmap_slot *slots;
    unsigned int mask;
    unsigned int count;
};

#define FIRST_SLOTS 8

revmap_index *revmap_index_create(apr_pool_t *pool, revmap_key_of *key_of)
{
    revmap_index *index = apr_pcalloc(pool, sizeof(*index));

    index->pool = pool;
    index->key_of = key_of;
    return index;
}

int revmap_index_is_empty(const revmap_index *index)
{
    return index->count == 0;
}

/* FNV-1a, a byte at a time, so that a prefix's hash is a step on the way. */
static unsigned int hash_begin(void)
{
    return 2166136261u;
}

static unsigned int hash_step(unsigned int hash, int byte)
{
    return (hash ^ (unsigned int)byte) * 16777619u;
}

static unsigned int hash_end(unsigned int path_hash, unsigned int origin_hash)
{
    unsigned int hash = path_hash ^ (origin_hash * 2654435761u);

    return hash ^ (hash >> 15);
}

static unsigned int hash_of_origin(const revmap_origin *origin)
{
    return origin ? revmap_origin_hash(origin) : 0;
}

static unsigned int hash_of_key(revmap_key key)
{
    unsigned int hash = hash_begin();
    apr_size_t i;

    for (i = 0; i < key.path.len; i++) {
        hash = hash_step(hash, (unsigned char)key.path.ptr[i]);
    }
    return hash_end(hash, hash_of_origin(key.origin));
}

static int same_origin(const revmap_origin *a, const revmap_origin *b)
{
    return a == b || (a && b && revmap_origin_equal(a, b));
}

void *revmap_index_get(const revmap_index *index, revmap_key key)
{
    unsigned int hash = hash_of_key(key);
    unsigned int i;

    for (i = hash; index->slots && index->slots[i & index->mask].entry; i++) {
        const revmap_slot *slot = &index->slots[i & index->mask];

        if (slot->hash == hash) {
            revmap_key found = index->key_of(slot->entry);

            if (revmap_slice_equal(found.path, key.path)
                && same_origin(found.origin, key.origin)) {
                return slot->entry;
            }
        }
    }
    return NULL;
}

static void put(revmap_index *index, revmap_slot slot)
{
    unsigned int i = slot.hash;

    while (index->slots[i & index->mask].entry) {
        i++;
    }
    index->slots[i & index->mask] = slot;
}

static void grow(revmap_index *index)
{
    revmap_slot *old = index->slots;
    unsigned int old_size = old ? index->mask + 1 : 0;
    unsigned int size = old ? old_size * 2 : FIRST_SLOTS;
    unsigned int i;

    index->slots = apr_pcalloc(index->pool, size * sizeof(*index->slots));
    index->mask = size - 1;
    for (i = 0; i < old_size; i++) {
        if (old[i].entry) {
            put(index, old[i]);
        }
    }
}

void revmap_index_add(revmap_index *index, void *entry)
{
    revmap_slot slot;

    if (!index->slots || (index->count + 1) * 3 > (index->mask + 1) * 2) {
        grow(index);
    }
    slot.entry = entry;
    slot.hash = hash_of_key(index->key_of(entry));
    put(index, slot);
    index->count++;
}

void revmap_walk_init(revmap_walk *walk, const revmap_index *index,
                      const revmap_origin *origin, revmap_slice path,
                      revmap_reading reading)
{
    walk->index = index;
    walk->origin = origin;
    walk->path = path;
    walk->origin_hash = hash_of_origin(origin);
    walk->hash = hash_begin();
    walk->position = 0;
    walk->done = !index->slots;
    walk->matched = 0;
    revmap_path_cursor_init(&walk->cursor, path, reading);
}

/* The entry whose prefix is the path up to the position. */
static void *find_here(const revmap_walk *walk)
{
    const revmap_index *index = walk->index;
    revmap_slice here = revmap_slice_make(walk->path.ptr, walk->position);
    unsigned int hash = hash_end(walk->hash, walk->origin_hash);
    unsigned int i;

    for (i = hash; index->slots[i & index->mask].entry; i++) {
        const revmap_slot *slot = &index->slots[i & index->mask];

        if (slot->hash == hash) {
            revmap_key key = index->key_of(slot->entry);

            if (same_origin(key.origin, walk->origin)
                && revmap_path_covers(key.path, here, walk->cursor.reading,
                                      NULL)) {
                return slot->entry;
            }
        }
    }
    return NULL;
}

/* Hash on to the end of the next segment. */
static void step(revmap_walk *walk)
{
    int c;

    do {
        c = revmap_path_next(&walk->cursor);
        if (c < 0) {
            walk->done = 1;
            return;
        }
        walk->hash = hash_step(walk->hash, c);
        walk->position =
            (apr_size_t)((const char *)walk->cursor.next - walk->path.ptr);
    } while (walk->cursor.waiting_count
             || !revmap_path_boundary(walk->path, walk->position));
}

void *revmap_walk_next(revmap_walk *walk)
{
    void *entry = NULL;

    while (!walk->done && !entry) {
        if (revmap_path_boundary(walk->path, walk->position)) {
            entry = find_here(walk);
            walk->matched = walk->position;
        }
        step(walk);
    }
    return entry;
}

void *revmap_index_longest(const revmap_index *index,
                           const revmap_origin *origin, revmap_slice path,
                           revmap_reading reading, apr_size_t *matched)
{
    revmap_walk walk;
    void *longest = NULL;
    void *entry;

    revmap_walk_init(&walk, index, origin, path, reading);
    while ((entry = revmap_walk_next(&walk)) != NULL) {
        longest = entry;
        *matched = walk.matched;
    }
    return longest;
}
