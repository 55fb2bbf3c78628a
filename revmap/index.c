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

#include "revmap/lookup.h"
#include "revmap/noinline.h"

#define FIRST_SIZE 4

/* From so many slots on they get a pool of their own, so that they can be
 * given back when they have to make room for more: these grow by little. */
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
    return index->count ? index->lengths[index->lengths_count - 1] : 0;
}

static unsigned int hash_of_key(revmap_key key)
{
    return revmap_lookup_hash(revmap_lookup_begin(key.origin), key.path);
}

static int same_origin(const revmap_origin *a, const revmap_origin *b)
{
    return a == b || (a && b && revmap_origin_equal(a, b));
}

REVMAP_NOINLINE void *
revmap_lookup_all(const revmap_index *index, const revmap_origin *origin,
                  revmap_slice path, revmap_reading reading, unsigned int hash)
{
    unsigned int i;

    for (i = revmap_lookup_slot(index, hash); index->hashes[i] == hash; i++) {
        revmap_key key = index->key_of(index->entries[i]);

        if ((reading == REVMAP_READ_BYTES ? revmap_slice_equal(key.path, path)
                                          : revmap_path_equal(key.path, path))
            && same_origin(key.origin, origin)) {
            return index->entries[i];
        }
    }
    return NULL;
}

void *revmap_index_get(const revmap_index *index, revmap_key key)
{
    apr_uint64_t hash = revmap_lookup_begin(key.origin);

    if (!revmap_lookup_may_have(index, hash) || key.path.len < index->lengths[0]
        || key.path.len > revmap_index_longest_path(index)) {
        return NULL;
    }
    return revmap_lookup(index, index->key_of, key.origin, key.path,
                         revmap_lookup_hash(hash, key.path));
}

revmap_key revmap_origin_key(const void *entry)
{
    return revmap_key_make(entry, REVMAP_LITERAL(""));
}

/* Mostly the first entry that has the hash is it, and spelled alike. */
void *revmap_index_get_origin(const revmap_index *index,
                              const revmap_origin *origin)
{
    const revmap_slice path = REVMAP_LITERAL("");
    apr_uint64_t origin_hash = revmap_origin_hash(origin);
    unsigned int hash = revmap_lookup_hash(origin_hash, path);
    unsigned int slot;

    if (!revmap_lookup_may_have(index, origin_hash)) {
        return NULL;
    }
    slot = revmap_lookup_slot(index, hash);
    if (index->hashes[slot] != hash) {
        return NULL;
    }
    return revmap_origin_alike(index->entries[slot], origin)
               ? index->entries[slot]
               : revmap_lookup_all(index, origin, path, REVMAP_READ_BYTES,
                                   hash);
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

/* Slots that are all free, for a certain size. */
static void make_slots(revmap_index *index, unsigned int size)
{
    apr_pool_t *pool = index->pool;

    index->slots_pool = NULL;
    if (size >= MANY_SLOTS) {
        pool = create_pool(index->pool);
        index->slots_pool = pool == index->pool ? NULL : pool;
    }
    index->size = size;
    index->room = size + size / 64 + FIRST_SIZE;
    index->entries = apr_palloc(pool, index->room * sizeof(*index->entries));
    index->hashes = apr_palloc(pool, index->room * sizeof(*index->hashes));
    memset(index->hashes, 0xff, index->room * sizeof(*index->hashes));
}

static void free_slots(const revmap_index *index)
{
    if (index->slots_pool) {
        apr_pool_destroy(index->slots_pool);
    }
}

/* Take the entries of other slots.  Returns non-zero if there is room for
 * all of them. */
static int refill(revmap_index *index, const revmap_index *old)
{
    unsigned int next = 0;
    unsigned int i;

    for (i = 0; i < old->room && next < index->room; i++) {
        if (old->hashes[i] != REVMAP_FREE) {
            unsigned int home = revmap_lookup_home(index, old->hashes[i]);

            next = home > next ? home : next;
            index->hashes[next] = old->hashes[i];
            index->entries[next++] = old->entries[i];
        }
    }
    return next < index->room;
}

static unsigned int next_size(unsigned int size)
{
    return size ? size + size / (size < MANY_SLOTS ? 2 : 8) : FIRST_SIZE;
}

static void grow(revmap_index *index)
{
    revmap_index old = *index;

    make_slots(index, next_size(old.size));
    while (!refill(index, &old)) {
        free_slots(index);
        make_slots(index, next_size(index->size));
    }
    free_slots(&old);
}

/* Returns non-zero if there was room for it. */
static int put(revmap_index *index, unsigned int hash, void *entry)
{
    unsigned int i = revmap_lookup_slot(index, hash);
    unsigned int end;

    while (index->hashes[i] == hash) {
        i++;
    }
    for (end = i; index->hashes[end] != REVMAP_FREE; end++) {
    }
    if (end == index->room - 1) {
        return 0;
    }
    memmove(index->hashes + i + 1, index->hashes + i,
            (end - i) * sizeof(*index->hashes));
    memmove(index->entries + i + 1, index->entries + i,
            (end - i) * sizeof(*index->entries));
    index->hashes[i] = hash;
    index->entries[i] = entry;
    return 1;
}

/* Make room for one more length: there is some up to each power of two. */
static void grow_lengths(revmap_index *index)
{
    unsigned int count = index->lengths_count;
    const apr_size_t *old = index->lengths;

    if (!count || !(count & (count - 1))) {
        index->lengths = apr_palloc(index->pool, (count ? 2 * count : 1)
                                                     * sizeof(*index->lengths));
        if (count) {
            memcpy(index->lengths, old, count * sizeof(*old));
        }
    }
}

static void note_length(revmap_index *index, apr_size_t len)
{
    unsigned int i = index->lengths_count;

    while (i && index->lengths[i - 1] > len) {
        i--;
    }
    if (i && index->lengths[i - 1] == len) {
        return;
    }
    grow_lengths(index);
    memmove(index->lengths + i + 1, index->lengths + i,
            (index->lengths_count - i) * sizeof(*index->lengths));
    index->lengths[i] = len;
    index->lengths_count++;
}

/* Four fifths of the slots are taken at most. */
static int is_full(const revmap_index *index)
{
    return (apr_uint64_t)(index->count + 1) * 5 > (apr_uint64_t)index->size * 4;
}

void revmap_index_add(revmap_index *index, void *entry)
{
    revmap_key key = index->key_of(entry);
    unsigned int hash = hash_of_key(key);

    if (is_full(index)) {
        grow(index);
    }
    while (!put(index, hash, entry)) {
        grow(index);
    }
    note_length(index, key.path.len);
    index->origins |= revmap_lookup_bit(revmap_lookup_begin(key.origin));
    index->count++;
}

void revmap_index_replace(revmap_index *index, const void *old, void *entry)
{
    unsigned int i = revmap_lookup_slot(index, hash_of_key(index->key_of(old)));

    while (index->entries[i] != old) {
        i++;
    }
    index->entries[i] = entry;
}

void revmap_walk_init(revmap_walk *walk, const revmap_index *index,
                      const revmap_origin *origin, revmap_slice path,
                      revmap_reading reading)
{
    walk->index = index;
    walk->hash = revmap_lookup_begin(origin);
    walk->done = !revmap_lookup_may_have(index, walk->hash);
    if (walk->done) {
        return;
    }
    walk->origin = origin;
    walk->path = path;
    walk->reading = reading;
    walk->is_spelled = 1;
    walk->next = 0;
    walk->matched = 0;
}

/* May a key cover more of a path than the beginning that is spelled like one?
 * Not if all that may be in it stands for itself. */
static int is_odd(const revmap_index *index, revmap_slice path,
                  apr_size_t spelled)
{
    apr_size_t end = revmap_index_longest_path(index);

    while (spelled < end && spelled < path.len
           && revmap_path_is_plain(path.ptr[spelled])) {
        spelled++;
    }
    return spelled < end && spelled < path.len;
}

static void *next_spelled(revmap_walk *walk)
{
    const revmap_index *index = walk->index;
    void *entry = NULL;

    while (!entry && walk->next < index->lengths_count) {
        apr_size_t len = index->lengths[walk->next++];

        entry = revmap_lookup_spelled(index, index->key_of, walk->origin,
                                      walk->hash, walk->path, len);
        if (entry) {
            walk->matched = len;
        }
    }
    return entry;
}

/* Pass over the lengths up to one. */
static void skip_lengths(revmap_walk *walk, apr_size_t below)
{
    const revmap_index *index = walk->index;

    while (walk->next < index->lengths_count
           && index->lengths[walk->next] < below) {
        walk->next++;
    }
}

/* All is read again, because what an escape means depends on what stands
 * before it.  What has been found is not found twice. */
static void begin_cursor(revmap_walk *walk)
{
    revmap_path_cursor_init(&walk->cursor, walk->path, walk->reading);
    walk->is_spelled = 0;
    walk->block = REVMAP_NO_BYTES;
    walk->read = 0;
    walk->next = 0;
    skip_lengths(walk, walk->matched + 1);
}

/* Hash on to the end of the next segment.  Returns how many bytes of the path
 * have been read, 0 at its end. */
static apr_size_t read_segment(revmap_walk *walk)
{
    apr_size_t end;

    do {
        int c = revmap_path_next(&walk->cursor);

        if (c < 0) {
            return 0;
        }
        walk->block = revmap_add_byte(walk->block, (char)c);
        if (++walk->read % REVMAP_BLOCK == 0) {
            walk->hash = revmap_mix(walk->hash, walk->block);
        }
        end = (apr_size_t)((const char *)walk->cursor.next - walk->path.ptr);
    } while (walk->cursor.waiting_count
             || !revmap_path_boundary(walk->path, end));
    return end;
}

static void *next_by_cursor(revmap_walk *walk)
{
    const revmap_index *index = walk->index;
    apr_size_t end;

    while (walk->next < index->lengths_count
           && (end = read_segment(walk)) != 0) {
        void *entry;

        skip_lengths(walk, walk->read);
        if (walk->next < index->lengths_count
            && index->lengths[walk->next] == walk->read) {
            entry = revmap_lookup_all(
                walk->index, walk->origin,
                revmap_slice_make(walk->path.ptr, end), REVMAP_READ_NORMAL,
                revmap_lookup_in_slot(revmap_mix(walk->hash, walk->block)));
            if (entry) {
                walk->matched = end;
                return entry;
            }
        }
    }
    return NULL;
}

void *revmap_walk_next(revmap_walk *walk)
{
    void *entry;

    if (walk->done) {
        return NULL;
    }
    if (walk->is_spelled) {
        entry = next_spelled(walk);
        if (entry) {
            return entry;
        }
        if (walk->reading != REVMAP_READ_BYTES
            && is_odd(walk->index, walk->path, walk->matched)) {
            begin_cursor(walk);
        }
    }
    entry = walk->is_spelled ? NULL : next_by_cursor(walk);
    walk->done = !entry;
    return entry;
}

revmap_found revmap_index_longest_bytes(const revmap_index *index,
                                        const revmap_origin *origin,
                                        revmap_slice path)
{
    return revmap_lookup_longest(index, index->key_of, origin, path);
}

static revmap_found longest_by_walk(const revmap_index *index,
                                    const revmap_origin *origin,
                                    revmap_slice path)
{
    revmap_found longest = {NULL, 0};
    void *entry;
    revmap_walk walk;

    revmap_walk_init(&walk, index, origin, path, REVMAP_READ_NORMAL);
    while ((entry = revmap_walk_next(&walk)) != NULL) {
        longest.entry = entry;
        longest.matched = walk.matched;
    }
    return longest;
}

/* Most paths are their own normal form. */
revmap_found revmap_index_longest_normal(const revmap_index *index,
                                         const revmap_origin *origin,
                                         revmap_slice path)
{
    return is_odd(index, path, 0)
               ? longest_by_walk(index, origin, path)
               : revmap_index_longest_bytes(index, origin, path);
}
