/* SPDX-License-Identifier: Apache-2.0 */

/* What is told of a decision: the names of reasons, and URLs that leak. */

#include "fixture.h"

static void check_names(void)
{
    int i;
    int j;

    for (i = 0; i < REVMAP_REASONS; i++) {
        const char *name = revmap_reason_name((revmap_reason)i);

        ok(name[0] && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")],
           "'%s' is a word", name);
        ok(revmap_reason_words((revmap_reason)i)[0] != '\0', "'%s' in words",
           name);
        for (j = 0; j < i; j++) {
            if (!strcmp(name, revmap_reason_name((revmap_reason)j))) {
                ok(0, "'%s' has one meaning", name);
            }
        }
    }
    is_str(revmap_reason_name(REVMAP_MAPPED), "mapped", "the first of them");
    is_str(revmap_reason_name(REVMAP_OUTSIDE), "outside", "one of them");
    is_str(revmap_reason_name(REVMAP_TOO_LONG), "too-long", "a late one");
}

/* /app/ is mapped, /sso/ is another backend's; the backend is told its Host in
 * the second setting. */
static const setting plain = {
    .lines = {"/p/ http://b.test:8080/app/", "! http://b.test:8080/never/",
              "<other>", "/sso/ http://sso.test/in/"},
    .requested = "http://b.test:8080/app/page",
    .asked = "https://pub.test/p/page",
};
static const setting told = {
    .lines = {"/p/ http://b.test/app/"},
    .requested = "http://b.test/app/page",
    .asked = "http://pub.test/p/page",
    .told = "http://pub.test",
};

/* clang-format off */
static const struct {
    const setting *set;
    const char *header;
    const char *value;
    const char *leak; /* "": none */
} cases[] = {
    {&plain, "Location", "http://b.test:8080/other/x?y",
     "http://b.test:8080/other/x?y"},
    {&plain, "Location", "//b.test:8080/other/x", "//b.test:8080/other/x"},
    {&plain, "Location", " http://b.test:8080/ ", "http://b.test:8080/"},
    {&plain, "Location", "http://b.test:8080/app/x", ""},
    {&plain, "Location", "http://b.test:8080/never/x", ""},
    {&plain, "Location", "/other/x", ""},
    {&plain, "Location", "other/x", ""},
    {&plain, "Location", "../../other/x", ""},
    {&plain, "Location", "https://pub.test/other", ""},
    {&plain, "Location", "http://foreign.test/other", ""},
    {&plain, "Location", "http://b.test:8080\\/other", ""},
    {&plain, "Location", "", ""},
    {&plain, "Refresh", "5; url=http://b.test:8080/other",
     "http://b.test:8080/other"},
    {&plain, "Link", "<http://b.test:8080/app/x>; rel=next", ""},
    {&plain, "Link", "<http://b.test:8080/app/x>, <http://b.test:8080/y>, "
     "<http://b.test:8080/z>", "http://b.test:8080/y"},
    {&plain, "Set-Cookie", "a=http://b.test:8080/; Path=/other", ""},
    {&told, "Location", "http://b.test/other", "http://b.test/other"},
    {&told, "Location", "https://b.test/other", "https://b.test/other"},
    {&told, "Location", "http://pub.test/other", ""},
    {&told, "Location", "https://pub.test/other", ""},
};
/* clang-format on */

static void check_leaks(void)
{
    apr_size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world w = world_of(cases[i].set);
        revmap_outcome outcome;

        revmap_header_map(&w.exchange, revmap_slice_of(cases[i].value), w.pool,
                          &outcome,
                          revmap_header_find(w.scope, cases[i].header));
        is_str(apr_pstrmemdup(w.pool, outcome.leak.ptr, outcome.leak.len),
               cases[i].leak, "%s: %s", cases[i].header, cases[i].value);
        end_world(&w);
    }
}

int main(void)
{
    check_names();
    check_leaks();
    return done_testing();
}
