/* SPDX-License-Identifier: Apache-2.0 */

/* A walk finds what a look at each entry finds, for generated paths. */

#include "fixture.h"

enum {
    ENTRIES = 12,
    PATHS = 60,
    ROUNDS = 3000
};

/* What is its own normal form, what is not, and what only looks so. */
static const char *const pieces[] = {
    "/",   "/",   "/",  ";",    "a",    "a",       "B",   "1",
    "4",   "2",   "%",  "%41",  "%61",  "%2F",     "%2f", "%3b",
    "%25", "%7e", "~",  " ",    "\xC3", "\xA9",    "%c3", ".",
    "%2e", "%4",  "%%", "long", "\"",   "eight888"};

static const char *random_path(apr_pool_t *pool)
{
    const char *path = random_below(8) ? "/" : "";
    unsigned int i;

    for (i = random_below(9); i; i--) {
        path = apr_pstrcat(
            pool, path,
            pieces[random_below(sizeof(pieces) / sizeof(pieces[0]))], NULL);
    }
    return path;
}

typedef struct entry {
    const revmap_origin *origin;
    revmap_slice path;
} entry;

static revmap_key key_of_entry(const void *item)
{
    const entry *e = item;
    revmap_key key;

    key.origin = e->origin;
    key.path = e->path;
    return key;
}

/* A table and, beside it, what is in it. */
typedef struct table {
    revmap_index *index;
    entry *entries[ENTRIES];
    int count;
} table;

static void add(apr_pool_t *pool, table *t, entry made)
{
    if (!revmap_index_get(t->index, key_of_entry(&made))) {
        t->entries[t->count] = apr_pmemdup(pool, &made, sizeof(made));
        revmap_index_add(t->index, t->entries[t->count++]);
    }
}

static revmap_slice random_key(apr_pool_t *pool, revmap_reading reading)
{
    revmap_slice path =
        revmap_slice_without_slash(revmap_slice_of(random_path(pool)));

    return reading == REVMAP_READ_NORMAL ? revmap_path_normal(pool, path)
                                         : path;
}

/* The entry whose prefix covers the path and ends right behind the byte
 * before, if there is one. */
static const entry *entry_at(const table *t, const revmap_origin *origin,
                             revmap_slice path, revmap_reading reading,
                             apr_size_t end)
{
    int i;

    for (i = 0; i < t->count; i++) {
        apr_size_t matched;

        if (t->entries[i]->origin == origin
            && revmap_path_covers(t->entries[i]->path, path, reading, &matched)
            && matched == end) {
            return t->entries[i];
        }
    }
    return NULL;
}

/* Returns non-zero if the walk is as it should be. */
static int walks_right(const table *t, const revmap_origin *origin,
                       revmap_slice path, revmap_reading reading)
{
    revmap_found found =
        reading == REVMAP_READ_BYTES
            ? revmap_index_longest_bytes(t->index, origin, path)
            : revmap_index_longest_normal(t->index, origin, path);
    const entry *longest = NULL;
    apr_size_t longest_end = 0;
    apr_size_t end;
    revmap_walk walk;

    revmap_walk_init(&walk, t->index, origin, path, reading);
    for (end = 0; end <= path.len; end++) {
        const entry *expected = entry_at(t, origin, path, reading, end);

        if (expected) {
            if (revmap_walk_next(&walk) != expected || walk.matched != end) {
                return 0;
            }
            longest = expected;
            longest_end = end;
        }
    }
    return !revmap_walk_next(&walk) && !revmap_walk_next(&walk)
           && found.entry == longest && found.matched == longest_end;
}

static void check(apr_pool_t *pool, const revmap_origin *origin,
                  revmap_reading reading)
{
    table t = {revmap_index_create(pool, key_of_entry), {NULL}, 0};
    int i;

    for (i = 0; i < ENTRIES; i++) {
        entry made = {random_below(4) ? origin : NULL,
                      random_key(pool, reading)};

        add(pool, &t, made);
    }
    for (i = 0; i < PATHS; i++) {
        const char *path = random_path(pool);
        revmap_slice text;
        int is_right;

        if (random_below(2)) {
            const entry *e = t.entries[random_below((unsigned int)t.count)];

            path = apr_pstrcat(pool,
                               apr_pstrmemdup(pool, e->path.ptr, e->path.len),
                               path, NULL);
        }
        text = exact_slice(path);
        is_right = walks_right(&t, origin, text, reading);
        free_slice(text);
        if (!is_right) {
            ok(0, "a walk over %s, as %s", path,
               reading == REVMAP_READ_BYTES ? "bytes" : "a URL");
        }
    }
}

int main(void)
{
    apr_pool_t *pool = new_pool();
    apr_pool_t *scratch;
    int i;

    apr_pool_create(&scratch, pool);
    for (i = 0; i < ROUNDS; i++) {
        const revmap_origin *origin =
            i % 3 ? origin_of_text(scratch, "http://b.test") : NULL;

        check(scratch, origin, i % 2 ? REVMAP_READ_BYTES : REVMAP_READ_NORMAL);
        apr_pool_clear(scratch);
    }
    ok(1, "%d tables, %d paths each", ROUNDS, PATHS);
    apr_pool_destroy(pool);
    return done_testing();
}
