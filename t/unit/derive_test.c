/* SPDX-License-Identifier: Apache-2.0 */

/* The forward configuration, read backwards: "RevMapAuto" of the manual. */

#include "fixture.h"

#include "revmap/derive.h"

/* clang-format off */

/* A ProxyPassMatch line and the ProxyPass line that does the same. */
typedef struct invert_case {
    const char *pattern;
    const char *target;
    const char *fake;
    const char *real;
} invert_case;

static const invert_case inverted[] = {
    /* a literal prefix and one trailing capture */
    {"^/app/(.*)$",      "http://b.test/ctx/$1", "/app/", "http://b.test/ctx/"},
    {"^/app/(.*)",       "http://b.test/ctx/$1", "/app/", "http://b.test/ctx/"},
    {"^/app/(.+)$",      "http://b.test/ctx/$1", "/app/", "http://b.test/ctx/"},
    {"^/app/(.*)$",      "http://b.test/$1",     "/app/", "http://b.test/"},
    {"^/a/b/c/(.*)$",    "http://b.test/x/$1",   "/a/b/c/", "http://b.test/x/"},
    {"^/(.*)$",          "http://b.test/$1",     "/", "http://b.test/"},
    {"^/(.*)$",          "http://b.test/ctx/$1", "/", "http://b.test/ctx/"},

    /* the capture begins with the slash */
    {"^/app(/.*)$",      "http://b.test/ctx$1",  "/app/", "http://b.test/ctx/"},
    {"^/app(/.*)?$",     "http://b.test/ctx$1",  "/app/", "http://b.test/ctx/"},
    {"^/app(/.*)$",      "http://b.test:81$1",   "/app/", "http://b.test:81/"},
    {"^(/.*)$",          "http://b.test$1",      "/", "http://b.test/"},
    {"^(/.*)$",          "http://b.test/ctx$1",  "/", "http://b.test/ctx/"},
    {"^(.*)$",           "http://b.test$1",      "/", "http://b.test"},

    /* on both sides, even */
    {"^/app(/.*)$",      "http://b.test/ctx/$1", "/app/", "http://b.test/ctx/"},
    {"^(.*)$",           "http://b.test/ctx/$1", "/", "http://b.test/ctx/"},

    /* or earlier: it keeps what it holds */
    {"^(/app/.*)$",      "http://b.test$1",      "/app/", "http://b.test/app/"},
    {"^/a(/app/.*)$",    "http://b.test/x$1",    "/a/app/",
     "http://b.test/x/app/"},
    {"^/app(.*)$",       "http://b.test/ctx$1",  "/app", "http://b.test/ctx"},

    /* no group in the target: mod_proxy appends the whole path */
    {"^/app/(.*)$",      "http://b.test",        "/app/", "http://b.test/app/"},
    {"^/app/.*$",        "http://b.test/ctx",    "/app/",
     "http://b.test/ctx/app/"},
    {"^/app/.*",         "balancer://c",         "/app/", "balancer://c/app/"},

    /* escaped, a character is itself */
    {"^/v1\\.0/(.*)$",   "http://b.test/$1",     "/v1.0/", "http://b.test/"},
    {"^\\/app\\/(.*)$",  "http://b.test/$1",     "/app/", "http://b.test/"},
    {"^/a\\+b/(.*)$",    "http://b.test/$1",     "/a+b/", "http://b.test/"},
    {"^/my app/(.*)$",   "http://b.test/$1",     "/my app/", "http://b.test/"},

    /* whoever the backend is */
    {"^/app/(.*)$",      "balancer://c/ctx/$1",  "/app/", "balancer://c/ctx/"},
    {"^/app/(.*)$",      "unix:/run/a.sock|http://h/ctx/$1", "/app/",
     "unix:/run/a.sock|http://h/ctx/"},
    {"^/app/(.*)$",      "ws://b.test/ctx/$1",   "/app/", "ws://b.test/ctx/"},
    {NULL, NULL, NULL, NULL}
};

/* Nothing is guessed; a word of the reason tells whose fault it is. */
typedef struct refused_case {
    const char *pattern;
    const char *target;
    const char *reason;
} refused_case;

static const refused_case refused[] = {
    /* no literal path that all of it begins with */
    {"/app/(.*)$",            "http://b.test/$1",        "pattern"},
    {"",                      "http://b.test/",          "pattern"},
    {"\\.gif$",               "http://b.test",           "pattern"},
    {"(?i)^/app/(.*)$",       "http://b.test/$1",        "pattern"},
    {"^/a.b/(.*)$",           "http://b.test/$1",        "pattern"},
    {"^/[ab]/(.*)$",          "http://b.test/$1",        "pattern"},
    {"^/(?:a|b)/(.*)$",       "http://b.test/$1",        "pattern"},
    {"^/app/?(.*)$",          "http://b.test/$1",        "pattern"},
    {"^/ap+/(.*)$",           "http://b.test/$1",        "pattern"},
    {"^/ap{2}/(.*)$",         "http://b.test/$1",        "pattern"},
    {"^/a/(.*)$|^/b/(.*)$",   "http://b.test/$1",        "pattern"},
    {"^/\\d/(.*)$",           "http://b.test/$1",        "pattern"},
    {"^/\\Qa.b\\E/(.*)$",     "http://b.test/$1",        "pattern"},
    {"^/app/\\",              "http://b.test/$1",        "pattern"},

    /* not all that follows it */
    {"^/app/$",               "http://b.test/",          "pattern"},
    {"^/app/(.*\\.jsp)$",     "http://b.test/$1",        "pattern"},
    {"^/app/(.*)/end$",       "http://b.test/$1",        "pattern"},
    {"^/app/(.*)\\.html$",    "http://b.test/$1",        "pattern"},
    {"^/app/([^/]*)$",        "http://b.test/$1",        "pattern"},
    {"^/app/(x*)$",           "http://b.test/$1",        "pattern"},
    {"^/app/(.*",             "http://b.test/$1",        "pattern"},

    /* two captures */
    {"^/([a-z]+)/(.*)$",      "http://b.test/$1/$2",     "pattern"},
    {"^/([^/]+)/(.*)$",       "http://$1.test/$2",       "pattern"},
    {"^/(?<who>[^/]+)/(.*)$", "http://b.test/$2",        "pattern"},

    /* the capture is not the end of the target, or not there at all */
    {"^/app/(.*)$",           "http://b.test/$1/x",      "target"},
    {"^/app/(.*)$",           "http://b.test/?u=$1",     "target"},
    {"^/app/(.*)$",           "http://b.test/$1?x=1",    "target"},
    {"^/app/(.*)$",           "http://b.test/$1/$1",     "target"},
    {"^/app/(.*)$",           "http://b.test/$2",        "target"},
    {"^/app/(.*)$",           "http://b.test/$10",       "target"},
    {"^/app/.*$",             "http://b.test/$1",        "target"},

    /* the host is taken from the path */
    {"^/app/(.*)$",           "http://$1",               "target"},
    {"^/app(.*)$",            "http://$1.test/",         "target"},
    {"^/app/(.*)$",           "http://b.test:80$1",      "segment"},

    /* it does not begin with a segment on both sides */
    {"^/app/(.*)$",           "http://b.test/ctx$1",     "segment"},
    {"^/app(.*)$",            "http://b.test/ctx/$1",    "segment"},
    {NULL, NULL, NULL}
};

/* Two paths and what is left of them; NULL: no rule, and a word of why. */
typedef struct request_case {
    const char *public_path;
    const char *backend_path;
    const char *public_left;
    const char *backend_left;
} request_case;

static const request_case requests[] = {
    {"/app/x",        "/ctx/x",         "/app",    "/ctx"},
    {"/app/x/y",      "/ctx/x/y",       "/app",    "/ctx"},
    {"/app/x/",       "/ctx/x/",        "/app",    "/ctx"},
    {"/a/b/x",        "/c/x",           "/a/b",    "/c"},
    {"/a/x",          "/b/c/x",         "/a",      "/b/c"},
    {"/app/x",        "/x",             "/app",    ""},
    {"/app/",         "/",              "/app",    ""},
    {"/x",            "/x",             "",        ""},
    {"/",             "/",              "",        ""},
    {"/a/x/y",        "/a/x/y",         "",        ""},

    /* the longest suffix */
    {"/a/a/x",        "/a/x",           "/a",      ""},
    {"/a/s/x",        "/b/s/x",         "/a",      "/b"},
    {"/a//x",         "/b//x",          "/a",      "/b"},

    /* whole segments, spelled as you like, but in one case of letters */
    {"/a/px",         "/b/x/px",        "/a",      "/b/x"},
    {"/a/xx",         "/b/x",           NULL,      "differ"},
    {"/a/%78",        "/b/x",           "/a",      "/b"},
    {"/a/%c3%a9",     "/b/%C3%A9",      "/a",      "/b"},
    {"/a/s%2Fx",      "/b/s/x",         "/a",      "/b"},
    {"/a/x%2Fs/y",    "/b%2Fs/y",       "/a/x%2Fs", "/b%2Fs"},
    {"/a%2Fx",        "/b/x",           NULL,      "differ"},
    {"/a/%252Fx",     "/b/%2Fx",        NULL,      "differ"},
    {"/a/%%2541",     "/b/%25%2541",    "/a",      "/b"},
    {"/a/X",          "/b/x",           NULL,      "differ"},
    /* httpd decodes what the client sent, mod_proxy escapes less or more */
    {"/a/x%3Bj=1",    "/b/x;j=1",       "/a",      "/b"},
    {"/a/%40/[x]/y",  "/b/@/%5Bx%5D/y", "/a",      "/b"},

    /* no suffix */
    {"/old",          "/new",           NULL,      "differ"},
    {"/old/page",     "/new/other",     NULL,      "differ"},
    {"/app/x/",       "/ctx/x",         NULL,      "differ"},
    {"/app/x",        "/ctx/x/",        NULL,      "differ"},
    {"/app/x",        "",               NULL,      "differ"},

    /* nothing is left of the public one: the site has other paths */
    {"/x",            "/ctx/x",         NULL,      "only"},
    {"/a/x",          "/ctx/a/x",       NULL,      "only"},
    {"/",             "/ctx/",          NULL,      "only"},
    {NULL, NULL, NULL, NULL}
};

/* clang-format on */

static void test_inverted(void)
{
    const invert_case *c;
    apr_pool_t *pool = new_pool();

    for (c = inverted; c->pattern; c++) {
        char *pattern = exact(c->pattern);
        char *target = exact(c->target);
        const char *fake = NULL;
        const char *real = NULL;

        is_str(revmap_derive_invert(pool, pattern, target, &fake, &real), NULL,
               "%s %s can be inverted", c->pattern, c->target);
        is_str(fake, c->fake, "%s %s: the path", c->pattern, c->target);
        is_str(real, c->real, "%s %s: the URL", c->pattern, c->target);
        free(pattern);
        free(target);
    }
    apr_pool_destroy(pool);
}

static void test_refused(void)
{
    const refused_case *c;
    apr_pool_t *pool = new_pool();

    for (c = refused; c->pattern; c++) {
        char *pattern = exact(c->pattern);
        char *target = exact(c->target);
        const char *fake;
        const char *real;
        const char *why =
            revmap_derive_invert(pool, pattern, target, &fake, &real);

        if (!ok(why && strstr(why, c->reason), "%s %s cannot: the %s",
                c->pattern, c->target, c->reason)) {
            tap_value("reason", why);
        }
        free(pattern);
        free(target);
    }
    apr_pool_destroy(pool);
}

static void test_request(const request_case *c)
{
    revmap_slice open = exact_slice(c->public_path);
    revmap_slice back = exact_slice(c->backend_path);
    apr_size_t open_len = 0;
    apr_size_t back_len = 0;
    apr_pool_t *pool = new_pool();
    const char *why =
        revmap_derive_from_request(open, back, &open_len, &back_len);

    if (!c->public_left) {
        ok(why && strstr(why, c->backend_left), "%s and %s: no rule (%s)",
           c->public_path, c->backend_path, c->backend_left);
    }
    else if (is_str(why, NULL, "%s and %s: a rule", c->public_path,
                    c->backend_path)) {
        open.len = open_len;
        back.len = back_len;
        is_str(string_of(pool, open), c->public_left, "%s: public side",
               c->public_path);
        is_str(string_of(pool, back), c->backend_left, "%s: backend side",
               c->backend_path);
    }
    apr_pool_destroy(pool);
    free_slice(open);
    free_slice(back);
}

int main(void)
{
    const request_case *c;

    test_inverted();
    test_refused();
    for (c = requests; c->public_path; c++) {
        test_request(c);
    }
    return done_testing();
}
