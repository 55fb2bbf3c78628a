/* SPDX-License-Identifier: Apache-2.0 */

/* The engine alone, for t/bench/run:
 *
 *     engine load RULES [one]   prints how many seconds it takes to read a map
 *                               file of so many lines, and the bytes of each
 *     engine map RULES          maps values, each in a function of its own,
 *                               whose instructions callgrind counts
 */

#include "fixture.h"

#include "revmap/map_file.h"

#include <unistd.h>

#define TIMES 500

/* Each rule has a backend of its own, unless there is to be one for all. */
static char *map_text(int rules, int is_one, apr_size_t *len)
{
    char *text = malloc((apr_size_t)rules * 80 + 1);
    apr_size_t used = 0;
    int i;

    for (i = 1; i <= rules; i++) {
        used += (apr_size_t)snprintf(text + used, 80,
                                     "/app%06d/ "
                                     "http://app%06d.internal:8080/ctx%06d/\n",
                                     i, is_one ? 1 : i, i);
    }
    *len = used;
    return text;
}

static void read_map(world *w, char *text, apr_size_t len)
{
    revmap_map_file file;
    apr_pool_t *scratch;

    apr_pool_create(&scratch, w->pool);
    revmap_map_file_init(&file, "bench.map", text, len);
    while (revmap_map_file_has_more(&file)) {
        apr_pool_clear(scratch);
        must(revmap_map_file_read_line(&file, w->map, scratch), "a line");
    }
    apr_pool_destroy(scratch);
}

/* In pages. */
static long resident(void)
{
    long size = 0;
    long pages = 0;
    FILE *in = fopen("/proc/self/statm", "r");

    if (in) {
        if (fscanf(in, "%ld %ld", &size, &pages) != 2) {
            pages = 0;
        }
        fclose(in);
    }
    return pages;
}

/* How long a map file takes, and the bytes of a rule. */
static void load(world *w, const setting *from, int rules, int is_one)
{
    apr_size_t len;
    char *text = map_text(rules, is_one, &len);
    long before = resident();
    apr_time_t begin = apr_time_now();
    long after;

    begin_file(w, 1);
    read_map(w, text, len);
    after = resident();
    survey(w, from);
    must(revmap_index_count(w->file->mounts->reaches) ? "keeps more" : NULL,
         "a lone file");
    printf("%.3f %.0f\n", (double)(apr_time_now() - begin) / 1e6,
           (double)(after - before) * (double)sysconf(_SC_PAGESIZE) / rules);
    free(text);
}

#define BENCH(name, header, value)                                             \
    static __attribute__((noinline)) void bench_##name(const world *w,         \
                                                       apr_pool_t *pool)       \
    {                                                                          \
        revmap_outcome outcome;                                                \
                                                                               \
        revmap_header_map(&w->exchange, revmap_slice_of(value), pool,          \
                          &outcome, revmap_header_find(w->scope, header));     \
    }

/* clang-format off */
#define OWN "http://app000001.internal:8080/ctx000001/"

BENCH(url, "Location", OWN "login?next=%2Fcart")
BENCH(path, "Location", "/ctx000001/login?next=%2Fcart")
BENCH(foreign, "Location",
      "https://sso.example.net/authorize?client_id=8f3d2a")
BENCH(cookie, "Set-Cookie",
      "sid=8f3d2a; Path=/ctx000001/; Domain=app000001.internal; HttpOnly")
BENCH(plain_cookie, "Set-Cookie",
      "sid=8f3d2a; HttpOnly; Secure")
BENCH(link, "Link",
      "<" OWN "style.css>; rel=preload; as=style, "
      "</ctx000001/next>; rel=\"next\", <https://cdn.example.net/x>; rel=x")

static void (*const benches[])(const world *, apr_pool_t *) = {
    bench_url, bench_path, bench_foreign, bench_cookie, bench_plain_cookie,
    bench_link
};
/* clang-format on */

static void map(world *w, const setting *from, int rules)
{
    apr_pool_t *pool;
    apr_size_t len;
    char *text = map_text(rules, 0, &len);
    unsigned int i;
    int times;

    read_map(w, text, len);
    survey(w, from);
    begin_exchange(w, from);
    apr_pool_create(&pool, w->pool);
    for (i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
        for (times = 0; times < TIMES; times++) {
            benches[i](w, pool);
            apr_pool_clear(pool);
        }
    }
    free(text);
}

int main(int argc, char **argv)
{
    static const setting from = {
        .requested = OWN "page",
        .asked = "https://www.example.com/app000001/page",
    };
    int rules = argc > 2 ? atoi(argv[2]) : 0;
    world w = world_of(&from);

    if (rules > 0 && !strcmp(argv[1], "load")) {
        load(&w, &from, rules, argc > 3 && !strcmp(argv[3], "one"));
    }
    else if (rules > 0 && !strcmp(argv[1], "map")) {
        map(&w, &from, rules);
    }
    end_world(&w);
    return rules <= 0;
}
