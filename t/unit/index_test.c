/* SPDX-License-Identifier: Apache-2.0 */

/* Longest-prefix look-up by whole segments. */

#include "fixture.h"

typedef struct entry {
    const revmap_origin *origin;
    const char *path;
} entry;

static revmap_key key_of_entry(const void *item)
{
    const entry *e = item;
    revmap_key key;

    key.origin = e->origin;
    key.path = revmap_slice_of(e->path);
    return key;
}

static entry *add(apr_pool_t *pool, revmap_index *index,
                  const revmap_origin *origin, const char *path)
{
    entry *e = apr_palloc(pool, sizeof(*e));

    e->origin = origin;
    e->path = apr_pstrdup(pool, path);
    revmap_index_add(index, e);
    return e;
}

static const char *longest(const revmap_index *index,
                           const revmap_origin *origin, const char *path,
                           revmap_reading reading, long *matched)
{
    revmap_slice text = exact_slice(path);
    revmap_found found = reading == REVMAP_READ_BYTES
                             ? revmap_index_longest_bytes(index, origin, text)
                             : revmap_index_longest_normal(index, origin, text);

    *matched = (long)found.matched;
    free_slice(text);
    return found.entry ? ((const entry *)found.entry)->path : NULL;
}

/* clang-format off */
static const struct {
    const char *path;
    const char *found;
    long matched;
} cases[] = {
    {"/",              "",         0},
    {"/x",             "",         0},
    {"/a",             "/a",       2},
    {"/a/",            "/a",       2},
    {"/a;x",           "/a",       2},
    {"/ab",            "",         0},
    {"/a/b",           "/a/b",     4},
    {"/a/b/",          "/a/b",     4},
    {"/a/bc",          "/a",       2},
    {"/a/b/c",         "/a/b",     4},
    {"/a/b/c/d",       "/a/b/c/d", 8},
    {"/a/b/c/d;e/f",   "/a/b/c/d", 8},
    {"/%61/%62",       "/a/b",     8},
    {"/a%2Fb",         "",         0},
    {"/a/%2e/b",       "/a",       2},
    {"/A/b",           "",         0},
    {"/a//b",          "/a",       2},
    {"//a",            "",         0},
    {"/caf\xC3\xA9/x", "/caf%C3%A9", 6},
    {"/caf%c3%a9/x",   "/caf%C3%A9", 10},
    {"/semi;colon",    "/semi;colon", 11},
    {"/semi",          "",         0},
    {"/a/b%",          "/a",       2},
    {"/a/b%6",         "/a",       2},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static revmap_index *make_index(apr_pool_t *pool, const revmap_origin *origin)
{
    static const char *const paths[] = {
        "", "/a", "/a/b", "/a/b/c/d", "/caf%C3%A9", "/semi;colon"};
    revmap_index *index = revmap_index_create(pool, key_of_entry);
    size_t i;

    for (i = 0; i < COUNT(paths); i++) {
        add(pool, index, origin, paths[i]);
    }
    return index;
}

static void check_longest(apr_pool_t *pool, const revmap_origin *origin)
{
    revmap_index *index = make_index(pool, origin);
    long matched;
    size_t i;

    for (i = 0; i < COUNT(cases); i++) {
        is_str(
            longest(index, origin, cases[i].path, REVMAP_READ_NORMAL, &matched),
            cases[i].found, "longest of %s", cases[i].path);
        is_int(matched, cases[i].matched, "... which goes so far");
    }
    is_str(longest(index, origin, "/%61/b", REVMAP_READ_BYTES, &matched), "",
           "bytes are not decoded");
    is_str(longest(index, origin, "/a/b/x", REVMAP_READ_BYTES, &matched),
           "/a/b", "bytes");
}

static void check_origins(apr_pool_t *pool)
{
    const revmap_origin *b = origin_of_text(pool, "http://b.test");
    const revmap_origin *c = origin_of_text(pool, "http://b.test:8080");
    const revmap_origin *same = origin_of_text(pool, "http://B.TEST:80");
    revmap_index *index = revmap_index_create(pool, key_of_entry);
    long matched;

    is_str(longest(index, NULL, "/a", REVMAP_READ_NORMAL, &matched), NULL,
           "an empty table");
    add(pool, index, b, "/b");
    add(pool, index, NULL, "/none");
    add(pool, index, c, "");
    is_str(longest(index, b, "/b/x", REVMAP_READ_NORMAL, &matched), "/b", "b");
    is_str(longest(index, same, "/b/x", REVMAP_READ_NORMAL, &matched), "/b",
           "b in another spelling");
    is_str(longest(index, b, "/x", REVMAP_READ_NORMAL, &matched), NULL,
           "nothing of b");
    is_str(longest(index, c, "/b/x", REVMAP_READ_NORMAL, &matched), "", "c");
    is_str(longest(index, NULL, "/b/x", REVMAP_READ_NORMAL, &matched), NULL,
           "nothing without origin");
    is_str(longest(index, NULL, "/none", REVMAP_READ_NORMAL, &matched), "/none",
           "without origin");
    is_str(longest(index, b, "/none", REVMAP_READ_NORMAL, &matched), NULL,
           "not without origin");
}

static void check_walk(apr_pool_t *pool)
{
    static const char *const order[] = {"", "/a", "/a/b", "/a/b/c/d"};
    revmap_index *index = make_index(pool, NULL);
    revmap_walk walk;
    const entry *e;
    size_t i = 0;

    revmap_walk_init(&walk, index, NULL, REVMAP_LITERAL("/a/b/c/d/e"),
                     REVMAP_READ_NORMAL);
    while ((e = revmap_walk_next(&walk)) != NULL) {
        is_str(e->path, i < COUNT(order) ? order[i] : NULL, "walk %d", (int)i);
        is_int((long)walk.matched, (long)strlen(e->path), "... goes so far");
        i++;
    }
    is_int((long)i, (long)COUNT(order), "shortest first, all of them");
    ok(!revmap_walk_next(&walk), "and no more");
}

static void check_get(apr_pool_t *pool)
{
    revmap_index *index = make_index(pool, NULL);
    revmap_key key;

    key.origin = NULL;
    key.path = REVMAP_LITERAL("/a/b");
    ok(revmap_index_get(index, key) != NULL, "exactly this key");
    key.path = REVMAP_LITERAL("/a/b/c");
    ok(!revmap_index_get(index, key), "not a longer one");
    key.path = REVMAP_LITERAL("/a/");
    ok(!revmap_index_get(index, key), "not with a slash");
    key.origin = origin_of_text(pool, "http://b.test");
    key.path = REVMAP_LITERAL("/a");
    ok(!revmap_index_get(index, key), "not with an origin");
}

/* Many entries, many origins; each is found, and nothing else is. */
static void check_many(apr_pool_t *pool)
{
    enum {
        MANY = 10000
    };
    revmap_index *index = revmap_index_create(pool, key_of_entry);
    const revmap_origin *origins[10];
    long matched;
    int wrong = 0;
    int i;

    for (i = 0; i < 10; i++) {
        origins[i] = origin_of_text(
            pool, apr_psprintf(pool, "http://b%d.test:%d", i, 8000 + i));
    }
    for (i = 0; i < MANY; i++) {
        add(pool, index, origins[i % 10], apr_psprintf(pool, "/n/%d/x", i));
    }
    for (i = 0; i < MANY; i++) {
        const char *path = apr_psprintf(pool, "/n/%d/x/y", i);
        const char *found =
            longest(index, origins[i % 10], path, REVMAP_READ_NORMAL, &matched);

        wrong += !found || matched != (long)strlen(path) - 2
                 || strncmp(found, path, (size_t)matched) != 0;
        wrong += longest(index, origins[(i + 1) % 10], path, REVMAP_READ_NORMAL,
                         &matched)
                 != NULL;
        wrong +=
            longest(index, origins[i % 10], apr_psprintf(pool, "/n/%d/xy", i),
                    REVMAP_READ_NORMAL, &matched)
            != NULL;
    }
    is_int(wrong, 0, "%d entries", MANY);
}

/* Entries with one hash all lie behind each other, and may do so at the end of
 * the table. */
static void check_one_hash(apr_pool_t *pool, unsigned int hash)
{
    enum {
        MANY = 300
    };
    revmap_index *index = revmap_index_create(pool, key_of_entry);
    revmap_origin origins[MANY];
    const entry *entries[MANY];
    int wrong = 0;
    int i;

    for (i = 0; i < MANY; i++) {
        origins[i] =
            *origin_of_text(pool, apr_psprintf(pool, "http://b%d.test", i));
        origins[i].hash = hash;
        entries[i] = add(pool, index, &origins[i], "/a");
    }
    for (i = 0; i < MANY; i++) {
        wrong += revmap_index_get(index, key_of_entry(entries[i]))
                 != (const void *)entries[i];
    }
    is_int(wrong, 0, "%d entries with the hash of %08x", MANY, hash);
}

static void check_hashes(apr_pool_t *pool)
{
    unsigned int i;

    for (i = 0; i < 32; i++) {
        check_one_hash(pool, i << 27);
    }
}

/* A path of many segments costs no more than its length. */
static void check_long(apr_pool_t *pool)
{
    enum {
        LENGTH = 1000000
    };
    revmap_index *index = make_index(pool, NULL);
    char *path = apr_palloc(pool, LENGTH + 1);
    long matched;
    int i;

    for (i = 0; i < LENGTH; i += 2) {
        memcpy(path + i, "/a", 2);
    }
    path[LENGTH] = '\0';
    is_str(longest(index, NULL, path, REVMAP_READ_NORMAL, &matched), "/a",
           "many segments");
    memset(path, '/', LENGTH);
    is_str(longest(index, NULL, path, REVMAP_READ_NORMAL, &matched), "",
           "many slashes");
    memset(path, ';', LENGTH);
    is_str(longest(index, NULL, path, REVMAP_READ_NORMAL, &matched), "",
           "many semicolons");
}

int main(void)
{
    apr_pool_t *pool = new_pool();

    check_longest(pool, NULL);
    check_longest(pool, origin_of_text(pool, "http://b.test"));
    check_origins(pool);
    check_walk(pool);
    check_get(pool);
    check_many(pool);
    check_hashes(pool);
    check_long(pool);
    apr_pool_destroy(pool);
    return done_testing();
}
