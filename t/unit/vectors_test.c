/* SPDX-License-Identifier: Apache-2.0 */

/* Public vectors: web-platform-tests say how browsers read a reference. What
 * is mapped must be the backend's URL for them, too, and name the same path.
 * Run from the top of the source; without the vectors there is nothing to do.
 */

#include "fixture.h"

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

static char *read_all(apr_pool_t *pool)
{
    FILE *in = fopen(file, "rb");
    char *text;
    size_t len;

    if (!in) {
        return NULL;
    }
    text = apr_palloc(pool, 4000000);
    len = fread(text, 1, 3999999, in);
    text[len] = '\0';
    fclose(in);
    return text;
}

static char *put_utf8(char *to, unsigned long c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    }
    else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    else {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* Read a JSON string whose first quote is behind us; surrogates become odd
 * bytes, which is as good for our purpose. */
static const char *read_string(const char **from, char *to, vector *v)
{
    static const char plain[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *begin = to;
    const char *p = *from;

    while (*p && *p != '"') {
        if (*p != '\\') {
            *to++ = *p++;
        }
        else if (p[1] == 'u') {
            char hex[5] = {p[2], p[3], p[4], p[5], '\0'};
            unsigned long c = strtoul(hex, NULL, 16);

            v->skip |= !c;
            to = put_utf8(to, c);
            p += 6;
        }
        else {
            const char *found = strchr(plain, p[1]);

            *to++ = found ? meant[found - plain] : p[1];
            p += 2;
        }
    }
    *to = '\0';
    *from = p + (*p == '"');
    return begin;
}

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
        word =
            read_string(&p, apr_palloc(pool, (apr_size_t)(end - p) * 3 + 8), v);
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

int main(void)
{
    static const setting set = {
        .lines = {"/p/ http://example.org/"},
        .requested = "http://example.org/foo/bar",
        .asked = "https://pub.test/p/foo/bar",
    };
    world w = world_of(&set);
    const char *from = read_all(w.pool);
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
            count++;
        }
        if (!v.base) {
            mapped += check_as_its_own(&v);
        }
    }
    ok(!found || (count > 300 && mapped > 30), "%d vectors, %d of them mapped",
       count, mapped);
    end_world(&w);
    return done_testing();
}
