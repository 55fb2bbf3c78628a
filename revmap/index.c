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

/* Open addressing; at most two thirds of the slots are taken. */
struct revmap_index {
    apr_pool_t *pool;
    apr_pool_t *slots_pool; /* of the slots alone, if they are many */
    revmap_key_of *key_of;
    revmap_slot *slots;
    unsigned int size;
    unsigned int count;
    apr_size_t longest; /* path of a key */
    apr_size_t shortest;
};

#define FIRST_SLOTS 8

/* From so many slots on they get a pool of their own, so that they can be
 * given back when they have to make room for more. */
#define MANY_SLOTS 512

revmap_index *revmap_index_create(apr_pool_t *pool, revmap_key_of *key_of)
{
    revmap_index *index = apr_pcalloc(pool, sizeof(*index));

    index->pool = pool;
    index->key_of = key_of;
    return index;
}

unsigned int revmap_index_count(const revmap_index *index)
{
    return index->count;
}

apr_size_t revmap_index_longest_path(const revmap_index *index)
{
    return index->longest;
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
    unsigned int hash = (path_hash ^ origin_hash) * 2654435761u;

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

/* Where the search for a hash begins: the slots divide its range among
 * them. */
static const revmap_slot *first_slot(const revmap_index *index,
                                     unsigned int hash)
{
    return &index->slots[(apr_uint64_t)hash * index->size >> 32];
}

/* The next one; behind the last comes the first. */
static const revmap_slot *next_slot(const revmap_index *index,
                                    const revmap_slot *slot)
{
    return ++slot < index->slots + index->size ? slot : index->slots;
}

void *revmap_index_get(const revmap_index *index, revmap_key key)
{
    const revmap_slot *slot;
    unsigned int hash;

    if (!index->count || key.path.len > index->longest
        || key.path.len < index->shortest) {
        return NULL;
    }
    hash = hash_of_key(key);
    for (slot = first_slot(index, hash); slot->entry;
         slot = next_slot(index, slot)) {
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

static void put(revmap_index *index, revmap_slot entry)
{
    const revmap_slot *slot = first_slot(index, entry.hash);

    while (slot->entry) {
        slot = next_slot(index, slot);
    }
    index->slots[slot - index->slots] = entry;
}

/* A pool that gives its memory back to the system when it ends. */
static apr_pool_t *create_pool(apr_pool_t *parent)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return parent;
    }
    if (apr_pool_create_ex(&pool, parent, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return parent;
    }
    apr_allocator_owner_set(allocator, pool);
    return pool;
}

static void grow(revmap_index *index)
{
    const revmap_slot *old = index->slots;
    apr_pool_t *old_pool = index->slots_pool;
    unsigned int old_size = index->size;
    apr_pool_t *pool = index->pool;
    unsigned int i;

    index->size = old ? old_size + old_size / 2 : FIRST_SLOTS;
    index->slots_pool = NULL;
    if (index->size >= MANY_SLOTS) {
        pool = create_pool(index->pool);
        index->slots_pool = pool == index->pool ? NULL : pool;
    }
    index->slots = apr_pcalloc(pool, index->size * sizeof(*index->slots));
    for (i = 0; i < old_size; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): then it is 0 */
        if (old[i].entry) {
            put(index, old[i]);
        }
    }
    if (old_pool) {
        apr_pool_destroy(old_pool);
    }
}

void revmap_index_add(revmap_index *index, void *entry)
{
    revmap_key key = index->key_of(entry);
    revmap_slot slot;

    if ((apr_uint64_t)(index->count + 1) * 3 > (apr_uint64_t)index->size * 2) {
        grow(index);
    }
    slot.entry = entry;
    slot.hash = hash_of_key(key);
    put(index, slot);
    index->count++;
    if (key.path.len > index->longest) {
        index->longest = key.path.len;
    }
    if (index->count == 1 || key.path.len < index->shortest) {
        index->shortest = key.path.len;
    }
}

void revmap_index_replace(revmap_index *index, const void *old, void *entry)
{
    unsigned int hash = hash_of_key(index->key_of(old));
    const revmap_slot *slot = first_slot(index, hash);

    while (slot->entry != old) {
        slot = next_slot(index, slot);
    }
    index->slots[slot - index->slots].entry = entry;
}

void revmap_walk_init(revmap_walk *walk, const revmap_index *index,
                      const revmap_origin *origin, revmap_slice path,
                      revmap_reading reading)
{
    walk->index = index;
    walk->done = !index->count;
    if (walk->done) {
        return;
    }
    walk->origin = origin;
    walk->path = path;
    walk->origin_hash = hash_of_origin(origin);
    walk->hash = hash_begin();
    walk->position = 0;
    walk->matched = 0;
    walk->is_spelled = 1;
    walk->cursor.reading = reading;
}

static int is_prefix(const revmap_walk *walk, revmap_slice prefix)
{
    revmap_slice here = revmap_slice_make(walk->path.ptr, walk->position);

    return walk->is_spelled
               ? revmap_slice_equal(prefix, here)
               : revmap_path_covers(prefix, here, walk->cursor.reading, NULL);
}

/* The entry whose prefix is the path up to the position.  A normal form may
 * be longer than what is spelled, and shorter. */
static void *find_here(const revmap_walk *walk)
{
    const revmap_index *index = walk->index;
    unsigned int hash = hash_end(walk->hash, walk->origin_hash);
    const revmap_slot *slot;

    if (walk->is_spelled && walk->position < index->shortest) {
        return NULL;
    }
    for (slot = first_slot(index, hash); slot->entry;
         slot = next_slot(index, slot)) {
        if (slot->hash == hash) {
            revmap_key key = index->key_of(slot->entry);

            if (is_prefix(walk, key.path)
                && same_origin(key.origin, walk->origin)) {
                return slot->entry;
            }
        }
    }
    return NULL;
}

/* From a byte on that is not its own normal form, the cursor reads. */
static void begin_cursor(revmap_walk *walk)
{
    revmap_path_cursor_init(&walk->cursor,
                            revmap_slice_from(walk->path, walk->position),
                            walk->cursor.reading);
    walk->is_spelled = 0;
}

/* Hash on to the end of the next segment, by the cursor. */
static void step_by_cursor(revmap_walk *walk)
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

/* Hash on to the end of the next segment, while all bytes stand for
 * themselves.  The first one may be the '/' or ';' at which a segment begins,
 * and no key is longer than the longest. */
static void step(revmap_walk *walk)
{
    const unsigned char *begin = (const unsigned char *)walk->path.ptr;
    const unsigned char *end = begin + walk->path.len;
    const unsigned char *text = begin + walk->position;
    int odd = walk->cursor.reading == REVMAP_READ_BYTES ? 0 : REVMAP_BYTE_ODD;
    int stops = odd;
    unsigned int hash = walk->hash;

    if (text == end || walk->position >= walk->index->longest) {
        walk->done = 1;
        return;
    }
    while (text < end && !(revmap_path_bytes[*text] & stops)) {
        hash = hash_step(hash, *text++);
        stops = odd | REVMAP_BYTE_ENDS_SEGMENT;
    }
    walk->hash = hash;
    walk->position = (apr_size_t)(text - begin);
    if (text < end && (revmap_path_bytes[*text] & odd)) {
        begin_cursor(walk);
        step_by_cursor(walk);
    }
}

void *revmap_walk_next(revmap_walk *walk)
{
    void *entry = NULL;

    while (!walk->done && !entry) {
        if (walk->position || revmap_path_boundary(walk->path, 0)) {
            entry = find_here(walk);
            walk->matched = walk->position;
        }
        if (walk->is_spelled) {
            step(walk);
        }
        else {
            step_by_cursor(walk);
        }
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
