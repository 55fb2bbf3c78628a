/* SPDX-License-Identifier: Apache-2.0 */

/* Where the survey has found a backend to be alone, nothing is kept for it and
 * nothing looked up: cookies become what they become when everything is, by
 * generated rules in sections and in a map file. */

#include "fixture.h"

#include "revmap/reach.h"

enum {
    LINES = 11,
    WORLDS = 40000
};

#define ONE_OF(texts)                                                          \
    (texts)[random_below((unsigned int)(sizeof(texts) / sizeof((texts)[0])))]

/* clang-format off */
static const char *const sections[] = {
    "<inner>", "<other>", "<file>", "<other file>", "none"};
static const char *const public_sides[] = {
    "/", "/a/", "/b/", "/a/b/", "/a/c/", "/%61/", "/a", "!",
    "http://pub.test/a/", "http://pub.test/", "https://other.test/a/"};
static const char *const backend_sides[] = {
    "http://b.test/", "http://b.test/x/", "http://b.test/x/y/",
    "http://b.test/x", "https://b.test/x/", "http://c.test/x/",
    "http://c.test/z/", "http://d.test/x/y/", "http://10.0.0.1/x/",
    "http://pub.test/x/", "/x/"};
static const char *const requested[] = {
    "http://b.test/x/page", "http://b.test/x/y/page", "https://b.test/x/page",
    "http://c.test/x/page", "http://10.0.0.1/x/page"};
static const char *const asked[] = {
    "http://pub.test/a/page", "http://pub.test/a/b/page",
    "https://other.test/a/page", "http://pub.test/page"};
static const char *const cookies[] = {
    "a=1", "a=1; Path=/", "a=1; Path=/x", "a=1; Path=/x/", "a=1; Path=/x/y",
    "a=1; Path=/x/y/z", "a=1; Path=/z", "a=1; Path=/a"};
/* clang-format on */

/* There is one file, and "none" does not stand in it. */
static const char *random_section(int *in_file, int *has_file)
{
    const char *line = *in_file ? "<inner>" : ONE_OF(sections);

    *in_file = strstr(line, "file") != NULL;
    if (*in_file && *has_file) {
        *in_file = 0;
        return "<other>";
    }
    *has_file |= *in_file;
    return line;
}

static setting random_setting(apr_pool_t *pool)
{
    setting set;
    unsigned int count = 1 + random_below(LINES);
    unsigned int i;
    int in_file = 0;
    int has_file = 0;

    memset(&set, 0, sizeof(set));
    for (i = 0; i < count; i++) {
        set.lines[i] = random_below(4)
                           ? apr_pstrcat(pool, ONE_OF(public_sides), " ",
                                         ONE_OF(backend_sides), NULL)
                           : random_section(&in_file, &has_file);
    }
    set.requested = ONE_OF(requested);
    set.asked = ONE_OF(asked);
    set.told = random_below(3) ? NULL : "http://pub.test";
    return set;
}

/* Returns how many of its rules are about a backend that is alone. */
static int keep_all(revmap_map *map)
{
    const revmap_rule *rule;
    int alone = 0;

    for (rule = map->first; rule; rule = rule->following) {
        alone += rule->backend && rule->backend->alone;
        revmap_reach_add(map->pool, map, rule);
    }
    for (rule = map->first; rule; rule = rule->following) {
        if (rule->backend) {
            revmap_backend *backend = revmap_index_get(
                map->backends, revmap_origin_key(rule->backend));

            backend->alone = 0;
        }
    }
    return alone;
}

static int keep_all_of(const world *w)
{
    int alone = w->file ? keep_all(w->file) : 0;
    int i;

    for (i = 0; i < w->maps->nelts; i++) {
        alone += keep_all(APR_ARRAY_IDX(w->maps, i, revmap_map *));
    }
    return alone;
}

static void complain(apr_pool_t *pool, const setting *set, const char *cookie,
                     const char *got, const char *expected)
{
    const char *lines = "";
    int i;

    for (i = 0; set->lines[i]; i++) {
        lines = apr_pstrcat(pool, lines, "; ", set->lines[i], NULL);
    }
    ok(0, "%s from %s for %s%s%s: %s, not %s", cookie, set->requested,
       set->asked, set->told ? ", told" : "", lines, got, expected);
}

/* Returns how many rules were found to be alone. */
static int check(const setting *set)
{
    world found = world_of(set);
    world kept = world_of(set);
    int alone = keep_all_of(&kept);
    size_t i;

    for (i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++) {
        revmap_outcome outcome;
        const char *got = map_cookie(&found, cookies[i], &outcome);
        const char *expected = map_cookie(&kept, cookies[i], &outcome);

        if (strcmp(got, expected) != 0) {
            complain(kept.pool, set, cookies[i], got, expected);
        }
    }
    end_world(&found);
    end_world(&kept);
    return alone;
}

int main(void)
{
    apr_pool_t *pool = new_pool();
    int alone = 0;
    int i;

    for (i = 0; i < WORLDS; i++) {
        setting set = random_setting(pool);

        alone += check(&set);
        apr_pool_clear(pool);
    }
    ok(alone > WORLDS / 10, "%d worlds, with %d rules of lone backends", WORLDS,
       alone);
    apr_pool_destroy(pool);
    return done_testing();
}
