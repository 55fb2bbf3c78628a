/* SPDX-License-Identifier: Apache-2.0 */

/* The measure of what becomes of cookies: a browser's jar that the backend
 * feeds directly and one that it feeds through the proxy send the same
 * cookies to the same resources.  The jar is that of RFC 6265bis, as far as
 * it is about Path and Domain. */

#include "fixture.h"

/* A cookie as the browser keeps it. */
typedef struct jar {
    int rejected;
    int host_only;
    const char *domain;
    const char *path;
} jar;

static const char *trimmed(apr_pool_t *pool, const char *begin, const char *end)
{
    while (begin < end && (*begin == ' ' || *begin == '\t')) {
        begin++;
    }
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    return apr_pstrmemdup(pool, begin, (apr_size_t)(end - begin));
}

/* RFC 6265 section 5.1.4 */
static const char *default_path(apr_pool_t *pool, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == path
               ? "/"
               : apr_pstrmemdup(pool, path, (apr_size_t)(slash - path));
}

static int path_matches(const char *cookie_path, const char *path)
{
    size_t len = strlen(cookie_path);

    return strncmp(cookie_path, path, len) == 0
           && (cookie_path[len - 1] == '/' || !path[len] || path[len] == '/');
}

static int domain_matches(const char *domain, const char *host)
{
    size_t more = strlen(host) - strlen(domain);

    return strlen(host) >= strlen(domain) && !strcasecmp(host + more, domain)
           && (!more || host[more - 1] == '.');
}

/* RFC 6265bis section 5.6: the last attribute of a name counts. */
static jar receive(apr_pool_t *pool, const char *field, const char *host,
                   const char *path)
{
    jar cookie = {0, 1, host, default_path(pool, path)};
    const char *fallback = cookie.path;
    const char *end = strchr(field, ';');
    const char *pair = trimmed(pool, field, end ? end : strchr(field, 0));

    while (end) {
        const char *begin = end + 1;
        const char *stop = strchr(begin, ';');
        const char *last = stop ? stop : strchr(begin, 0);
        const char *equals = memchr(begin, '=', (size_t)(last - begin));
        const char *name = trimmed(pool, begin, equals ? equals : last);
        const char *value = equals ? trimmed(pool, equals + 1, last) : "";

        if (strlen(value) <= 1024 && !strcasecmp(name, "path")) {
            cookie.path = *value == '/' ? value : fallback;
        }
        if (strlen(value) <= 1024 && !strcasecmp(name, "domain")) {
            value += *value == '.';
            cookie.host_only = !*value;
            cookie.domain = *value ? value : host;
        }
        end = stop;
    }
    cookie.rejected = !domain_matches(cookie.domain, host)
                      || (!strncasecmp(pair, "__host-", 7)
                          && (!cookie.host_only || strcmp(cookie.path, "/")));
    return cookie;
}

static int sends(const jar *cookie, const char *host, const char *path)
{
    return !cookie->rejected
           && (cookie->host_only ? !strcasecmp(cookie->domain, host)
                                 : domain_matches(cookie->domain, host))
           && path_matches(cookie->path, path);
}

/* clang-format off */

/* One rule and its two paths. */
static const struct {
    const char *rule;
    const char *public_path;
    const char *backend_path;
} mounts[] = {
    {"/p/ http://b.int.corp/app/",     "/p", "/app"},
    {"/p/ http://b.int.corp/",         "/p", ""},
    {"/p/q/ http://b.int.corp/app/",   "/p/q", "/app"},
    {"/app/ http://b.int.corp/app/",   "/app", "/app"},
    {"/ http://b.int.corp/app/",       "", "/app"},
    {"/ http://b.int.corp/",           "", ""},
    {"/a/ http://b.int.corp/a/b/",     "/a", "/a/b"},
    {"/a/b/ http://b.int.corp/b/",     "/a/b", "/b"},
};

/* Resources of the backend, below its side of the rule. */
static const char *const resources[] = {
    "/", "/page", "/x", "/x/", "/x/y", "/x/y/z", "/xx", "/d/", "/d/page",
    "/d/e/page", "/p/x", "/app/x", "/a/b/x", "/b/x",
};

/* $ stands for the backend side of the rule. */
static const char *const paths[] = {
    "", "; Path", "; Path=", "; Path=x", "; Path=\"/\"", "; Path=$",
    "; Path=$/", "; Path=$/x", "; Path=$/x/", "; Path=$/x/y", "; path = $/d ",
    "; Path=$/d/e", "; Path=$/x; Path=$/d", "; Path=$/x; Path=",
    "; Path=; Path=$/x", "; Path=$xx", "; Path=/other", "; Path=$/x; Secure",
};
static const char *const domains[] = {
    "", "; Domain=b.int.corp", "; Domain=.b.int.corp", "; Domain=",
    "; Domain=int.corp; Domain=b.int.corp", "; Domain=evil.test",
    "; Domain=b.int.corp; Domain=evil.test",
};
static const char *const names[] = {"a=b", "path=/app", "__Secure-a=b"};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *fill_in(apr_pool_t *pool, const char *text, const char *side)
{
    const char *dollar = strchr(text, '$');

    return dollar ? apr_pstrcat(
               pool, apr_pstrndup(pool, text, (apr_size_t)(dollar - text)),
               side, fill_in(pool, dollar + 1, side), NULL)
                  : text;
}

/* One request: to the backend, and to the site. */
typedef struct request {
    size_t m;
    const char *inside;
    const char *outside;
} request;

/* Which resource do the two jars disagree about?  A path that may be meant in
 * public terms is left out. */
static const char *disagreement(const world *w, const request *r,
                                const char *field)
{
    revmap_outcome outcome;
    const char *mapped = map_cookie(w, field, &outcome);
    jar direct = receive(w->pool, field, "b.int.corp", r->inside);
    jar through = receive(w->pool, outcome.value ? mapped : field,
                          "www.pub.example", r->outside);
    size_t i;

    for (i = 0; i < COUNT(resources) && outcome.reason != REVMAP_ALREADY_PUBLIC;
         i++) {
        const char *inside =
            apr_pstrcat(w->pool, mounts[r->m].backend_path, resources[i], NULL);
        const char *outside =
            apr_pstrcat(w->pool, mounts[r->m].public_path, resources[i], NULL);

        if (sends(&direct, "b.int.corp", inside)
            != sends(&through, "www.pub.example", outside)) {
            return apr_psprintf(w->pool, "%s -> %s differ at %s", field, mapped,
                                resources[i]);
        }
    }
    return NULL;
}

static void check_request(const request *r)
{
    setting set = {.lines = {mounts[r->m].rule}};
    apr_pool_t *pool = new_pool();
    size_t i;
    size_t j;
    world w;

    set.requested = apr_pstrcat(pool, "http://b.int.corp", r->inside, NULL);
    set.asked = apr_pstrcat(pool, "https://www.pub.example", r->outside, NULL);
    w = world_of(&set);
    for (i = 0; i < COUNT(paths); i++) {
        const char *path = fill_in(pool, paths[i], mounts[r->m].backend_path);
        const char *wrong = NULL;

        for (j = 0; j < COUNT(domains) * COUNT(names) && !wrong; j++) {
            wrong =
                disagreement(&w, r,
                             apr_pstrcat(w.pool, names[j % COUNT(names)], path,
                                         domains[j / COUNT(names)], NULL));
        }
        ok(!wrong, "%s, %s asks for %s: '%s' %s", mounts[r->m].rule, r->outside,
           r->inside, path, wrong ? wrong : "");
    }
    end_world(&w);
    apr_pool_destroy(pool);
}

/* Requests that differ by their prefix alone, and those that something else
 * than a prefix has mapped, so that the browser's default is wrong. */
static void check_mount(apr_pool_t *pool, size_t m)
{
    static const char *const pages[][2] = {
        {"/page", "/page"},   {"/d/page", "/d/page"},
        {"/", "/"},           {"/d/e/", "/d/e/"},
        {"/home", "/d/page"}, {"/d/home", "/page"},
        {"/x", "/d/e/index"}, {"", "/"},
        {"/d", "/d/"},
    };
    size_t i;

    for (i = 0; i < COUNT(pages); i++) {
        request r;

        r.m = m;
        r.outside = apr_pstrcat(pool, mounts[m].public_path, pages[i][0], NULL);
        r.inside = apr_pstrcat(pool, mounts[m].backend_path, pages[i][1], NULL);
        if (*r.outside) {
            check_request(&r);
        }
    }
}

int main(void)
{
    apr_pool_t *pool = new_pool();
    size_t m;

    for (m = 0; m < COUNT(mounts); m++) {
        check_mount(pool, m);
    }
    apr_pool_destroy(pool);
    return done_testing();
}
