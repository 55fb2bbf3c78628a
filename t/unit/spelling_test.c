/* SPDX-License-Identifier: Apache-2.0 */

/* mod_proxy escapes what it asks for in its own way, so that a path has two
 * spellings: a cookie's Path and a relative reference are for that of the
 * client.  And what cannot be spelled in a Path at all. */

#include "fixture.h"

/* clang-format off */

static const setting both = {
    .lines = {"/p/ http://b.test/"},
    .requested = "http://b.test/a@b/%5Bc%5D;d/~e/page",
    .asked = "https://pub.example/p/a%40b/[c]%3Bd/%7Ee/page",
};
static const setting deeper = {
    .lines = {"/p/ http://b.test/"},
    .requested = "http://b.test/a@b/x/page",
    .asked = "https://pub.example/p/a%40b/page",
};
static const setting swapped = {
    .lines = {"rewrite http://b\\.test/([^/]*)/([^/]*)/(.*) /$2/$1/$3"},
    .requested = "http://b.test/page",
    .asked = "https://pub.example/page",
};
static const setting semicolon = {
    .lines = {"/p;Domain=example/ http://b.test/app/"},
    .requested = "http://b.test/app/page",
    .asked = "https://pub.example/other/page",
};
static const setting semicolon_of_request = {
    .lines = {"/p/ http://b.test/"},
    .requested = "http://b.test/x;Domain=example/page",
    .asked = "https://pub.example/other/page",
};

typedef struct spelling_case {
    const char *why;
    const setting *from;
    const char *value;
    const char *expected; /* "=": as it came */
    revmap_reason reason; /* 0: none in particular */
} spelling_case;

static const spelling_case cookies[] = {
    {"the default", &both, "a=b", "=", 0},
    {"a Path",      &both, "a=b; Path=/a@b", "a=b; Path=/p/a@b", 0},
    {"another one", &deeper, "a=b", "a=b; Path=/p/a@b/x", 0},

    /* What stands behind a ';' would be another attribute. */
    {"';' of a rule",    &semicolon, "a=b; Path=/app", "=", REVMAP_UNFIT},
    {"';' of a rule",    &semicolon, "a=b; Path=/app/x", "=", REVMAP_UNFIT},
    {"';' of a rule",    &semicolon, "a=b", "=", 0},
    {"';' of a request", &semicolon_of_request, "a=b", "=", 0},
    {NULL, NULL, NULL, NULL, 0}
};

static const spelling_case references[] = {
    {"a file",   &both, "x", "=", REVMAP_READS_RIGHT},
    {"a query",  &both, "?q", "=", REVMAP_READS_RIGHT},
    {"a folder", &both, "../x", "=", REVMAP_READS_RIGHT},
    {"too high", &both, "../../../../x", "/p/x", 0},
    {"deeper",   &deeper, "x", "/p/a@b/x/x", 0},

    /* Segments change their places. */
    {"unlike ones",       &swapped, "a/b/c", "/b/a/c", 0},
    {"like ones",         &swapped, "a/%61/c", "=", REVMAP_READS_RIGHT},
    {"decoded like ones", &swapped, "%2F//c", "/.//%2F/c", 0},
    {NULL, NULL, NULL, NULL, 0}
};

/* clang-format on */

static void check(const spelling_case *c, const char *got, revmap_reason reason)
{
    is_str(got, c->expected, "%s: %s", c->why, c->value);
    if (c->reason) {
        is_str(revmap_reason_words(reason), revmap_reason_words(c->reason),
               "%s: reason of %s", c->why, c->value);
    }
}

int main(void)
{
    const spelling_case *c;

    for (c = cookies; c->from; c++) {
        world w = world_of(c->from);
        revmap_outcome outcome;
        const char *got = map_cookie(&w, c->value, &outcome);

        check(c, got, outcome.reason);
        end_world(&w);
    }
    for (c = references; c->from; c++) {
        world w = world_of(c->from);
        revmap_result result;
        const char *got = evaluate(&w, c->value, REVMAP_USE_REDIRECT, &result);

        check(c, got, result.reason);
        end_world(&w);
    }
    return done_testing();
}
