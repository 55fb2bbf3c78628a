/* SPDX-License-Identifier: Apache-2.0 */

#include "fuzz.h"

/* clang-format off */
static const fuzz_map maps[] = {
    /* A to E of "Cases" in the manual */
    {{{"https://pub.test/p/ http://b.test:8080/app/"},
      "http://b.test:8080/app/page", "https://pub.test/p/page"}, 1, 1},
    {{{"/ http://b.test:8080/app/"},
      "http://b.test:8080/app/dir/page?x", "https://pub.test/dir/page?x"},
     0, 1},
    {{{"/p/ http://b.test:8080/"},
      "http://b.test:8080/dir/page", "https://pub.test/p/dir/page"}, 1, 0},
    {{{"/p/ http://d.test/ctx/"},
      "http://d.test/ctx/page", "http://pub.test/p/page", "http://pub.test"},
     1, 1},
    {{{"/p/ http://e.test/", "<other>", "/sso/ http://sso.test/"},
      "http://e.test/x", "https://pub.test/p/x"}, 1, 0},
    /* the site's own name, and absolute redirects */
    {{{"/p/ http://b.test:8080/app/"},
      "http://b.test:8080/app/page", "https://www.test/p/page",
      .own = "https://www.test"}, 1, 1},
    {{{"/p/ http://b.test:8080/app/"},
      "http://b.test:8080/app/page", "https://pub.test/p/page",
      .own = "https://www.test:8443", .absolute = 1}, 1, 1},
    /* IPv6; a bare path; https on the default port */
    {{{"/p/ http://[2001:db8::1]:8080/app/"},
      "http://[2001:db8::1]:8080/app/x", "https://pub.test/p/x"}, 1, 1},
    {{{"/p/ /app/"},
      "http://b.test:8080/app/x", "https://pub.test/p/x"}, 1, 1},
    {{{"/p/ https://b.test/app/"},
      "https://b.test/app/x", "http://pub.test/p/x"}, 1, 1},
    /* both schemes are named */
    {{{"/p/ http://b.test/app/", "/s/ https://b.test/app/"},
      "http://b.test/app/x", "https://pub.test/p/x"}, 1, 0},
    /* one below the other, and an exception */
    {{{"/ http://b.test/", "/app/ http://b.test/ctx/",
       "/app/in/ http://b.test/ctx/deep/", "! http://b.test/ctx/static/"},
      "http://b.test/ctx/x", "https://pub.test/app/x"}, 0, 0},
    /* two sections, and what nobody wrote */
    {{{"/out/ http://b.test:8080/app/", "derived /gone/ http://b.test:8080/",
       "<inner>", "/in/ http://b.test:8080/app/",
       "/in/x/ http://b.test:8080/app/x/", "derived /der/ http://c.test/",
       "derived /der2/ http://c.test/app/"},
      "http://b.test:8080/app/x", "https://pub.test/in/x"}, 0, 0},
    /* an exception, and two entrances */
    {{{"/a/ http://b.test:8080/app/", "/b/ http://b.test:8080/app/",
       "! http://b.test:8080/app/static/",
       "/b/s/ http://b.test:8080/app/static/open/"},
      "http://b.test:8080/app/x", "https://pub.test/b/x"}, 0, 0},
    /* RevMapRewrite */
    {{{"rewrite http://b[.]test:8080/app/([^/]*)/(.*) /p/$2/$1",
       "rewrite /old/(.*) https://pub.test/$1?q=1",
       "rewrite /raw(.*) /$1#top", "/p/ http://b.test:8080/app/"},
      "http://b.test:8080/app/x", "https://pub.test/p/x"}, 0, 0},
    {{{"rewrite http://([^/]*)[.]int[.]test/(.*) https://$1.pub.test/$2",
       "rewrite /u/([^/]*)/(.*) https://x-$1.pub.test:443/$2",
       "/ http://b.test/"},
      "http://b.test/x", "https://pub.test/y", .own = "https://pub.test"},
     0, 0},
    /* gateways: the backend has no URL, but knows the public one */
    {{{"/p/ /ctx/"}, NULL, "https://pub.test/p/x", "https://pub.test",
      "https://pub.test"}, 1, 1},
    {{{"/p/ http://gw.test/ctx/"}, NULL, "https://pub.test/p/x",
      "https://pub.test"}, 0, 0},
    /* the backend calls itself something that only the rule knows */
    {{{"/p/ http://internal.test/app/", "/p/in/ http://deep.test/"},
      "http://10.0.0.5:8080/app/x", "https://pub.test/p/x"}, 1, 0},
    /* the client sees what the backend sees */
    {{{"/ http://b.test:8080/"},
      "http://b.test:8080/x?y", "http://pub.test/x?y", "http://pub.test",
      "http://pub.test"}, 0, 1},
    /* several hosts in front; their mounts are not ours */
    {{{"https://a.test/p/ http://b.test/app/",
       "https://pub.test/q/ http://b.test/app/", "<other>",
       "https://a.test/sso/x/ http://x.test/", "/sso/ http://sso.test/"},
      "http://b.test/app/x", "https://pub.test/q/x"}, 0, 0},
    /* a public side below the backend's, on a host */
    {{{"https://pub.test/app/p/ http://b.test/app/"},
      "http://b.test/app/x", "https://www.test/app/p/x", "https://www.test",
      "https://www.test"}, 0, 0},
    /* escapes in both sides */
    {{{"/caf%C3%A9/~x/ http://b.test/a%20b/%7ex/"},
      "http://b.test/a%20b/~x/y", "https://pub.test/caf%c3%a9/%7Ex/y"}, 1, 1},
    {{{"/p/ http://b.test:8080/app/"},
      "http://b.test:8080/app/page", "http://pub.test/p/page",
      "http://pub.test", .posted = 1}, 1, 1},
    /* a mount of another host in one of this host */
    {{{"/q/ http://b.test/", "<other>", "https://a.test/sso/x/ http://x.test/",
       "/sso/ http://sso.test/", "https://a.test/abc/ http://abc.test/"},
      "http://b.test/x", "https://pub.test/q/x"}, 0, 0},
};
/* clang-format on */

size_t fuzz_map_count(void)
{
    return sizeof(maps) / sizeof(maps[0]);
}

const fuzz_map *fuzz_map_at(size_t i)
{
    return i < fuzz_map_count() ? &maps[i] : NULL;
}

static fuzz_bench *make_benches(fuzz_prepare *prepare)
{
    apr_pool_t *pool = new_pool();
    fuzz_bench *benches =
        apr_pcalloc(pool, fuzz_map_count() * sizeof(*benches));
    size_t m;

    for (m = 0; m < fuzz_map_count(); m++) {
        benches[m].map = fuzz_map_at(m);
        benches[m].world = world_of(&benches[m].map->set);
        reference_init(pool, &benches[m].reference, &benches[m].map->set);
        if (prepare) {
            /* The outermost section, which all others inherit from. */
            prepare(APR_ARRAY_IDX(benches[m].world.maps, 1, revmap_map *));
        }
    }
    return benches;
}

const fuzz_bench *fuzz_bench_at(uint8_t letter, fuzz_prepare *prepare)
{
    static fuzz_bench *benches;

    if (!benches) {
        benches = make_benches(prepare);
    }
    return &benches[((size_t)(letter - 'A') & 0xFF) % fuzz_map_count()];
}

revmap_use fuzz_use_at(size_t i)
{
    static const revmap_use uses[FUZZ_USES] = {
        REVMAP_USE_REDIRECT, REVMAP_USE_REFRESH, REVMAP_USE_REFERENCE,
        REVMAP_USE_PAGE};

    return uses[i % FUZZ_USES];
}
