/* SPDX-License-Identifier: Apache-2.0 */

/* What was requested from a backend. */

#include "fixture.h"

/* clang-format off */

/* What mod_proxy requests, what the client does; the path and the query that
 * the backend got. */
static const struct {
    const char *requested;
    const char *asked;
    const char *path;
    const char *query;
} requests[] = {
    {"http://b.test/ctx/x?y",     "http://pub.test/p/x?y", "/ctx/x", "?y"},
    {"http://b.test/ctx/x",       "http://pub.test/p/x",   "/ctx/x", ""},
    {"http://b.test/x?",          "http://pub.test/x?",    "/x", "?"},
    {"http://b.test/x?y?z",       "http://pub.test/x?y?z", "/x", "?y?z"},
    {"http://b.test",             "http://pub.test/",      "/", ""},
    {"http://b.test?y",           "http://pub.test/?y",    "/", "?y"},
    {NULL,                        "http://pub.test/x?y",   "", ""},
    /* One slash too many is no directory ... */
    {"http://b.test/ctx//x",      "http://pub.test/p/x",   "/ctx/x", ""},
    {"http://b.test/ct//x",       "http://pub.test/p/x",   "/ct/x", ""},
    {"http://b.test//x",          "http://pub.test/x",     "/x", ""},
    {"http://b.test/ctx//",       "http://pub.test/p",     "/ctx/", ""},
    {"http://b.test//",           "http://pub.test/",      "/", ""},
    {"http://b.test/ctx///x//y",  "http://pub.test/p/x/y", "/ctx/x/y", ""},
    {"http://b.test/ctx//x?y//z", "http://pub.test/p/x",   "/ctx/x", "?y//z"},
    {"http://b.test/ctx//x",      "http://pub.test/p/x?y//z", "/ctx/x", ""},
    /* ... unless the client meant it. */
    {"http://b.test/ctx//x",      "http://pub.test/p//x",  "/ctx//x", ""},
    {"http://b.test/ctx/y//x",    "http://pub.test/p/y//x", "/ctx/y//x", ""},
    {"http://b.test/ctx/x",       "http://pub.test/p//x",  "/ctx/x", ""},
};

/* clang-format on */

int main(void)
{
    apr_size_t i;

    for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        const setting from = {.requested = requests[i].requested,
                              .asked = requests[i].asked};
        world w = world_of(&from);
        revmap_slice part[] = {revmap_requested_path(&w.exchange),
                               REVMAP_LITERAL(" "),
                               revmap_requested_query(&w.exchange)};

        is_str(
            revmap_slice_join(w.pool, part, 3),
            apr_pstrcat(w.pool, requests[i].path, " ", requests[i].query, NULL),
            "%s for %s",
            requests[i].requested ? requests[i].requested : "no URL",
            requests[i].asked);
        end_world(&w);
    }
    return done_testing();
}
