/* SPDX-License-Identifier: Apache-2.0 */

/* Public vectors: web-platform-tests say how browsers read a reference. What
 * is mapped must be the backend's URL for them, too, and name the same path.
 * Run from the top of the source; without the vectors there is nothing to do.
 */

#include "fixture.h"
#include "json.h"

static const char file[] = "../shared/vectors/wpt-url/urltestdata.json";

/* One vector. */
typedef struct vector {
    const char *input;
    const char *base;
    const char *scheme; /* with its colon */
    const char *host;   /* with its port */
    const char *path;
    int skip; /* it holds a NUL, or more than C text can */
} vector;

static void keep(vector *v, const char *key, const char *value)
{
    if (!strcmp(key, "input")) {
        v->input = value;
    }
    else if (!strcmp(key, "base")) {
        v->base = value;
    }
    else if (!strcmp(key, "protocol")) {
        v->scheme = value;
    }
    else if (!strcmp(key, "host")) {
        v->host = value;
    }
    else if (!strcmp(key, "pathname")) {
        v->path = value;
    }
}

/* Read the members of an object of strings; others are passed over. */
static int next_vector(apr_pool_t *pool, const char **from, vector *v)
{
    const char *p = strstr(*from, "\n  {");
    const char *end = p ? strstr(p, "\n  }") : NULL;
    const char *key = NULL;

    memset(v, 0, sizeof(*v));
    if (!end) {
        return 0;
    }
    while ((p = strchr(p, '"')) != NULL && p < end) {
        const char *word;

        p++;
        word = read_string(&p, apr_palloc(pool, (apr_size_t)(end - p) * 3 + 8),
                           &v->skip);
        if (!key && *p == ':') {
            key = p[2] == '"' ? word : NULL;
        }
        else if (key) {
            keep(v, key, word);
            key = NULL;
        }
    }
    *from = end;
    return 1;
}

/* @return the origin that a browser reads, or NULL */
static const char *origin_of(apr_pool_t *pool, const vector *v)
{
    const char *origin;
    revmap_url url;

    if (!v->scheme || !v->host || strncmp(v->scheme, "http", 4)) {
        return NULL;
    }
    origin = apr_pstrcat(pool, v->scheme, "//", v->host, NULL);
    return revmap_url_parse(&url, revmap_slice_of(origin)) ? NULL : origin;
}

static int is_backend(const vector *v)
{
    return v->host && v->scheme && !strcmp(v->host, "example.org")
           && !strncmp(v->scheme, "http", 4);
}

/* @return what is wrong with the answer, or NULL */
static const char *fault(const world *w, const vector *v, const char *answer,
                         int ours)
{
    const char *end = answer + strcspn(answer, "?#");
    revmap_slice path;

    if (!ours) {
        return "is foreign to a browser";
    }
    if (strncmp(answer, "/p", 2)) {
        return "is not below /p";
    }
    path = revmap_slice_make(answer + 2, (apr_size_t)(end - answer - 2));
    path = revmap_path_remove_dots(w->pool, path);
    return revmap_path_equal(path, revmap_slice_of(v->path))
               ? NULL
               : "is another path for a browser";
}

static int check(const world *w, const vector *v, int ours)
{
    revmap_result result;
    revmap_slice trimmed = revmap_slice_trim(revmap_slice_of(v->input));
    const char *answer =
        evaluate(w, string_of(w->pool, trimmed), REVMAP_USE_REDIRECT, &result);
    const char *wrong = strcmp(answer, "=") ? fault(w, v, answer, ours) : NULL;

    ok(!wrong, "'%s' -> '%s' %s", v->input, answer, wrong ? wrong : "");
    return strcmp(answer, "=") != 0;
}

/* The backend is whoever a browser would ask. */
static int check_as_its_own(const vector *v)
{
    apr_pool_t *pool = new_pool();
    const char *origin = origin_of(pool, v);
    int mapped = 0;

    if (origin) {
        setting set = {.asked = "https://pub.test/p/foo/bar"};
        world w;

        set.lines[0] = apr_pstrcat(pool, "/p/ ", origin, NULL);
        set.requested = apr_pstrcat(pool, origin, "/foo/bar", NULL);
        w = world_of(&set);
        mapped = check(&w, v, 1);
        end_world(&w);
    }
    apr_pool_destroy(pool);
    return mapped;
}

/* ---- in headers --------------------------------------------------------- */

static const char *map_header(const world *w, const char *name,
                              const char *value)
{
    revmap_outcome outcome;

    revmap_header_map(&w->exchange, revmap_slice_of(value), w->pool, &outcome,
                      revmap_header_find(w->scope, name));
    return outcome.value ? outcome.value : value;
}

/* The URL alone changes, whatever header it stands in, and as it does alone.
 * @param others bytes that would be read otherwise there */
static void check_header(const world *w, const vector *v, const char *name,
                         const char *format, revmap_use use, const char *others)
{
    const char *url =
        string_of(w->pool, revmap_slice_trim(revmap_slice_of(v->input)));
    revmap_result result;
    const char *answer;

    if (strpbrk(url, others)) {
        return;
    }
    answer = evaluate(w, url, use, &result);
    is_str(map_header(w, name, apr_psprintf(w->pool, format, url)),
           apr_psprintf(w->pool, format, strcmp(answer, "=") ? answer : url),
           "%s: '%s'", name, url);
}

static void check_headers(const world *w, const vector *v)
{
    check_header(w, v, "Location", " %s\t", REVMAP_USE_REDIRECT, "");
    check_header(w, v, "Link", "<%s>; rel=next, <http://o.test/>",
                 REVMAP_USE_REFERENCE, "<>\t\r\n");
    check_header(w, v, "Refresh", "5; url=\"%s\" x", REVMAP_USE_REFRESH,
                 "\"\t\r\n");
}

int main(void)
{
    static const setting set = {
        .lines = {"/p/ http://example.org/"},
        .requested = "http://example.org/foo/bar",
        .asked = "https://pub.test/p/foo/bar",
    };
    /* What is mapped to itself comes out as it came. */
    static const setting identity = {
        .lines = {"/ http://example.org/"},
        .requested = "http://example.org/foo/bar",
        .asked = "http://example.org/foo/bar",
        .own = "http://example.org",
        .absolute = 1,
    };
    world w = world_of(&set);
    world same = world_of(&identity);
    revmap_result result;
    const char *from = read_all(w.pool, file);
    int found = from != NULL;
    int mapped = 0;
    int count = 0;
    vector v;

    while (from && next_vector(w.pool, &from, &v)) {
        if (!v.input || v.skip) {
            continue;
        }
        if (!v.base || !strcmp(v.base, "http://example.org/foo/bar")) {
            mapped += check(&w, &v, is_backend(&v));
            check_headers(&w, &v);
            is_str(evaluate(&same, v.input, REVMAP_USE_REFERENCE, &result), "=",
                   "identity: '%s'", v.input);
            check_headers(&same, &v);
            count++;
        }
        if (!v.base) {
            mapped += check_as_its_own(&v);
        }
    }
    ok(!found || (count > 300 && mapped > 30), "%d vectors, %d of them mapped",
       count, mapped);
    end_world(&same);
    end_world(&w);
    return done_testing();
}
