/* SPDX-License-Identifier: Apache-2.0 */

/* The spellings of a rule's two sides: "RevMap" of the manual. */

#include "fixture.h"

/* clang-format off */

/* What is understood: origin (NULL: a path alone) and path. */
typedef struct side_case {
    const char *text;
    const char *origin;
    const char *path;
} side_case;

static const side_case backends[] = {
    {"http://b.test/",             "http://b.test", ""},
    {"http://b.test",              "http://b.test", ""},
    {"HTTP://B.Test/App/",         "http://b.test", "/App"},
    {"http://b.test:8080/app/",    "http://b.test:8080", "/app"},
    {"http://b.test:8080/app",     "http://b.test:8080", "/app"},
    {"http://b.test:80/app/x",     "http://b.test", "/app/x"},
    {"http://b.test:/app",         "http://b.test", "/app"},
    {"https://b.test:443/app",     "https://b.test", "/app"},
    {"https://b.test:80/app",      "https://b.test:80", "/app"},
    {"ws://b.test/chat",           "http://b.test", "/chat"},
    {"wss://b.test/chat/",         "https://b.test", "/chat"},
    {"ws://b.test:443/chat",       "http://b.test:443", "/chat"},
    {"h2c://b.test:8080/app/",     "http://b.test:8080", "/app"},
    {"h2://b.test/app/",           "https://b.test", "/app"},
    {"unix:/run/a.sock|http://localhost/", "http://localhost", ""},
    {"unix:/run/a.sock|http://localhost:9000/app/", "http://localhost:9000",
     "/app"},
    {"UNIX:/run/a.sock|https://localhost/app", "https://localhost", "/app"},
    {"http://[::1]:8080/app/",     "http://[::1]:8080", "/app"},
    {"http://10.0.0.1/",           "http://10.0.0.1", ""},
    {"http://my_app:3000/",        "http://my_app:3000", ""},
    {"/",                          NULL, ""},
    {"/app",                       NULL, "/app"},
    {"/app/",                      NULL, "/app"},
    {"/app/%2F/x",                 NULL, "/app/%2F/x"},
    {"ajp://b.test:8009/app/",     "ajp://b.test", "/app"},
    {NULL, NULL, NULL}
};

static const side_case publics[] = {
    {"/",                             NULL, ""},
    {"/app/",                         NULL, "/app"},
    {"/app",                          NULL, "/app"},
    {"/a/b/c/",                       NULL, "/a/b/c"},
    {"/caf%C3%A9/",                   NULL, "/caf%C3%A9"},
    {"/caf\xC3\xA9/",                 NULL, "/caf%C3%A9"},
    {"/a b/",                         NULL, "/a%20b"},
    {"https://www.example.com/app/",  "https://www.example.com", "/app"},
    {"https://www.example.com",       "https://www.example.com", ""},
    {"http://www.example.com:8080/x", "http://www.example.com:8080", "/x"},
    {NULL, NULL, NULL}
};

/* What is refused: the bad word in quotes, and what to write instead. */
typedef struct error_case {
    const char *text;
    const char *hint;
} error_case;

static const error_case bad_sides[] = {
    {"",                       "http"},
    {"app",                    "/app"},
    {"b.test:8080",            "http://"},
    {"b.test/app",             "http://b.test/app"},
    {"//b.test/app",           "http://b.test/app"},
    {"http:",                  "http://"},
    {"http:/b.test/",          "http://"},
    {"http://",                "http://"},
    {"http:///app",            "http://"},
    {"http://:8080/",          "http://"},
    {"http://user@b.test/",    "http://"},
    {"http://user:pw@b.test/", "http://"},
    {"http://b.test:99999/",   "http://"},
    {"http://b.test:http/",    "http://"},
    {"http://b test/",         "http://"},
    {"http://b%2Etest/",       "http://"},
    {"http://[::1/",           "http://"},
    {"http://[::g]/",          "http://"},
    {"http://b.test\\app",     "http://"},
    {"/app\\",                 "/"},
    {"/app?x=1",               "quer"},
    {"http://b.test/?x=1",     "quer"},
    {"http://b.test/app#top",  "fragment"},
    {"/app/../x",              "segment"},
    {"/app/./x",               "segment"},
    {"/app/%2e%2E/x",          "segment"},
    {"/100%",                  "%25"},
    {"/%zz/",                  "%25"},
    {"/app\x01",               "/"},
    {"^/app/",                 "/"},
    {"retry=0",                "http"},
    {NULL, NULL}
};

static const error_case bad_backends[] = {
    {"ftp://b.test/",          "http"},
    {"htp://b.test/",          "http"},
    {"unix:/run/a.sock",       "|http://"},
    {"unix:/run/a.sock|",      "http://"},
    {"unix:/run/a.sock|app",   "http://"},
    {NULL, NULL}
};

static const error_case bad_publics[] = {
    {"ftp://www.example.com/", "http"},
    {"ws://www.example.com/",  "http"},
    {"unix:/run/a.sock|http://localhost/", "http"},
    {"balancer://c/",          "http"},
    {NULL, NULL}
};

static const error_case bad_sites[] = {
    {"https://www.example.com/app", "https://www.example.com"},
    {"/app",                   "https://www.example.com"},
    {"www.example.com",        "http"},
    {"https://",               "http"},
    {"https://u@www.example.com", "http"},
    {"ftp://www.example.com",  "http"},
    {"https://www.example.com?x", "no origin"},
    {NULL, NULL}
};

static const side_case sites[] = {
    {"https://www.example.com",      "https://www.example.com", NULL},
    {"https://www.example.com/",     "https://www.example.com", NULL},
    {"HTTPS://WWW.example.com:443",  "https://www.example.com", NULL},
    {"http://www.example.com:8080/", "http://www.example.com:8080", NULL},
    {"http://[0:0::1]",              "http://[0:0::1]", NULL},
    {NULL, NULL, NULL}
};

/* Decoded text, as in a <Location>. */
static const side_case locations[] = {
    {"/",             NULL, ""},
    {"/app/",         NULL, "/app"},
    {"/a b",          NULL, "/a%20b"},
    {"/100%",         NULL, "/100%25"},
    {"/%41",          NULL, "/%2541"},
    {"/a?b#c",        NULL, "/a%3Fb%23c"},
    {"/a;b",          NULL, "/a%3Bb"},
    {"/caf\xC3\xA9/", NULL, "/caf%C3%A9"},
    {"/a&b=c+d,e~f",  NULL, "/a&b=c+d,e~f"},
    {NULL, NULL, NULL}
};
/* clang-format on */

typedef const char *parse_fn(apr_pool_t *pool, revmap_side *side,
                             const char *text);

static const char *parse_backend(apr_pool_t *pool, revmap_side *side,
                                 const char *text)
{
    revmap_side_kind kind;

    return revmap_side_parse_backend(pool, side, &kind, text);
}

static const char *parse_public(apr_pool_t *pool, revmap_side *side,
                                const char *text)
{
    return revmap_side_parse_public(pool, side, text);
}

static const char *parse_location(apr_pool_t *pool, revmap_side *side,
                                  const char *text)
{
    revmap_side_of_path(pool, side, text);
    return NULL;
}

static const char *parse_site(apr_pool_t *pool, revmap_side *side,
                              const char *text)
{
    revmap_site site;

    memset(side, 0, sizeof(*side));
    return revmap_site_parse(pool, &site, text);
}

static void check_sides(const char *about, parse_fn *parse, const side_case *c)
{
    apr_pool_t *pool = new_pool();

    for (; c->text; c++) {
        char *text = exact(c->text);
        revmap_side side;

        memset(&side, 0xAA, sizeof(side));
        if (is_str(parse(pool, &side, text), NULL, "%s '%s'", about, c->text)) {
            is_str(side.has_origin ? revmap_origin_text(pool, &side.origin)
                                   : NULL,
                   c->origin, "%s '%s': origin", about, c->text);
            is_str(string_of(pool, side.path), c->path, "%s '%s': path", about,
                   c->text);
        }
        free(text);
    }
    apr_pool_destroy(pool);
}

static void check_errors(const char *about, parse_fn *parse,
                         const error_case *c)
{
    apr_pool_t *pool = new_pool();

    for (; c->text; c++) {
        char *text = exact(c->text);
        const char *quoted = apr_pstrcat(pool, "'", text, "'", NULL);
        revmap_side side;
        const char *error = parse(pool, &side, text);

        ok(error && strstr(error, quoted), "%s '%s' is refused: %s", about,
           c->text, error ? error : "it is not");
        ok(error && strstr(error, c->hint), "... and it says what to write");
        free(text);
    }
    apr_pool_destroy(pool);
}

static void check_sites(void)
{
    apr_pool_t *pool = new_pool();
    const side_case *c;

    for (c = sites; c->text; c++) {
        char *text = exact(c->text);
        revmap_site site;

        memset(&site, 0, sizeof(site));
        if (is_str(revmap_site_parse(pool, &site, text), NULL, "origin '%s'",
                   c->text)) {
            is_str(site.text, c->origin, "origin '%s': its text", c->text);
        }
        free(text);
    }
    apr_pool_destroy(pool);
}

/* Gateway URLs are well formed, but name nothing that a header could hold. */
static void check_gateways(void)
{
    static const char *const gateways[] = {
        "fcgi://127.0.0.1:9000/srv/www/",
        "FCGI://localhost/",
        "scgi://127.0.0.1:4000/",
        "uwsgi://127.0.0.1:3031/",
        "unix:/run/php.sock|fcgi://localhost/srv/www/",
        NULL,
    };
    apr_pool_t *pool = new_pool();
    int i;

    for (i = 0; gateways[i]; i++) {
        char *text = exact(gateways[i]);
        revmap_side_kind kind = REVMAP_SIDE_RULE;
        revmap_side side;

        is_str(revmap_side_parse_backend(pool, &side, &kind, text), NULL,
               "'%s' is no error", gateways[i]);
        is_int(kind, REVMAP_SIDE_NOTHING, "'%s' names nothing", gateways[i]);
        ok(parse_public(pool, &side, text) != NULL, "'%s' is not public",
           gateways[i]);
        free(text);
    }
    apr_pool_destroy(pool);
}

int main(void)
{
    check_sides("backend", parse_backend, backends);
    check_sides("public", parse_public, publics);
    check_sides("location", parse_location, locations);
    check_sites();
    check_gateways();
    check_errors("backend", parse_backend, bad_sides);
    check_errors("public", parse_public, bad_sides);
    check_errors("backend", parse_backend, bad_backends);
    check_errors("public", parse_public, bad_publics);
    check_errors("origin", parse_site, bad_sites);
    return done_testing();
}
