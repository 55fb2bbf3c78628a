/* SPDX-License-Identifier: Apache-2.0 */

/* Path and Domain of Set-Cookie: "How a cookie is mapped" of the manual. */

#include "fixture.h"

typedef struct cookie_case {
    const char *value;
    const char *expected; /* "=": as it came */
    revmap_reason reason; /* 0: none in particular */
} cookie_case;

static void check(const char *about, const setting *from, const cookie_case *c)
{
    world w = world_of(from);
    revmap_outcome outcome;

    for (; c->value; c++) {
        is_str(map_cookie(&w, c->value, &outcome), c->expected, "%s: %s", about,
               c->value);
        if (c->reason) {
            is_str(revmap_reason_words(outcome.reason),
                   revmap_reason_words(c->reason), "%s: reason of %s", about,
                   c->value);
        }
    }
    end_world(&w);
}

/* clang-format off */

static const setting map_a = {
    .lines = {"/p/ http://b.test:8080/app/", "/o/ http://other.test/shop/"},
    .requested = "http://b.test:8080/app/page",
    .asked = "https://pub.example/p/page",
};
static const setting map_b = {
    .lines = {"/ http://b.test:8080/app/"},
    .requested = "http://b.test:8080/app/page",
    .asked = "https://pub.example/page",
};
static const setting map_c = {
    .lines = {"/p/ http://b.test:8080/"},
    .requested = "http://b.test:8080/page",
    .asked = "https://pub.example/p/page",
};
static const setting map_e = {
    .lines = {"/p/ http://e.test/", "<other>", "/sso/ http://sso.test/"},
    .requested = "http://e.test/x",
    .asked = "https://pub.example/p/x",
};

static const cookie_case paths_a[] = {
    {"a=b; Path=/app",       "a=b; Path=/p", REVMAP_MAPPED},
    {"a=b; Path=/app/",      "a=b; Path=/p/", 0},
    {"a=b; Path=/app/x",     "a=b; Path=/p/x", 0},
    {"a=b; Path=/app//x",    "a=b; Path=/p//x", 0},
    {"a=b; Path=/app/x/",    "a=b; Path=/p/x/", 0},
    {"a=b; Path=/app/%7e ~", "a=b; Path=/p/%7e ~", 0},
    {"a=b; Path=/apple",     "=", REVMAP_OUTSIDE},
    {"a=b; Path=/APP",       "=", REVMAP_OUTSIDE},
    {"a=b; Path=/%61pp",     "=", REVMAP_OUTSIDE},
    {"a=b; Path=/app%2Fx",   "=", REVMAP_OUTSIDE},
    {"a=b; Path=//app",      "=", REVMAP_OUTSIDE},
    {"a=b; Path=/",          "=", REVMAP_OUTSIDE},
    {"a=b; Path=/p",         "=", REVMAP_OUTSIDE},
    {"a=b; Path=/shop",      "=", REVMAP_OUTSIDE},
    {"a=b; Path=",           "=", 0},
    {"a=b; Path",            "=", 0},
    {"a=b; Path=app",        "=", 0},
    {"a=b; Path=http://b.test:8080/app/", "=", 0},
    {"a=b",                  "=", 0},
    {"a=b; Secure",          "=", 0},
    {"",                     "=", 0},
    {";",                    "=", 0},
    /* Read as a browser reads it. */
    {"a=b;path=/app",        "a=b;path=/p", 0},
    {"a=b;PATH=/app;Secure", "a=b;PATH=/p;Secure", 0},
    {"a=b;  pAtH  =  /app  ;Secure", "a=b;  pAtH  =  /p  ;Secure", 0},
    {"a=b;\tPath\t=\t/app\t", "a=b;\tPath\t=\t/p\t", 0},
    {" a=b ; Path=/app",     " a=b ; Path=/p", 0},
    {"a=b; Path=/app;",      "a=b; Path=/p;", 0},
    {"a=b;;; Path=/app;;",   "a=b;;; Path=/p;;", 0},
    {"a; Path=/app",         "a; Path=/p", 0},
    {"a=; Path=/app",        "a=; Path=/p", 0},
    {"=b; Path=/app",        "=b; Path=/p", 0},
    {"a=\"x; Path=/app",     "a=\"x; Path=/p", 0},
    {"a=\"x; Path=/app\"",   "=", 0},
    {"a=b; Path=/app=x",     "=", 0},
    {"a=b; Path=/app/=x",    "a=b; Path=/p/=x", 0},
    {"a=b; Path=\"/app\"",   "=", 0},
    {"a=b; Path=/app, c=d; Path=/app", "a=b; Path=/app, c=d; Path=/p", 0},
    {"a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/app/x; "
     "HttpOnly; SameSite=Lax; Future=1",
     "a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/p/x; "
     "HttpOnly; SameSite=Lax; Future=1", 0},
    /* Only attributes: not the pair, not what only resembles one. */
    {"path=/app",            "=", 0},
    {"path=/app; Path=/app", "path=/app; Path=/p", 0},
    {"Path=/app; HttpOnly",  "=", 0},
    {"a=b; xPath=/app",      "=", 0},
    {"a=b; Pathx=/app",      "=", 0},
    {"a=b; Path x=/app",     "=", 0},
    {"a=b; Path /app",       "=", 0},
    {"a=b; Path; =/app",     "=", 0},
    {"a=b; Priority=/app",   "=", 0},
    {"a=b; Pa th=/app",      "=", 0},
    {"a=b; x Path=/app",     "=", 0},
    {"a=b Path=/app",        "=", 0},
    {"a=b,Path=/app",        "=", 0},
    {"a=/app; Comment=/app", "=", 0},
    /* Each occurrence. */
    {"a=b; Path=/app; Path=/app/x", "a=b; Path=/p; Path=/p/x", 0},
    {"a=b; Path=/app; Path=/x", "a=b; Path=/p; Path=/x", 0},
    {"a=b; Path=/app; Path=", "a=b; Path=/p; Path=", 0},
    {"a=b; Path=/x; path=/app/1; PATH=/app/2; Secure",
     "a=b; Path=/x; path=/p/1; PATH=/p/2; Secure", 0},
    /* Never. */
    {"__Host-a=b; Path=/app", "=", REVMAP_COOKIE_PREFIX},
    {"__Host-a=b; Secure; Path=/", "=", REVMAP_COOKIE_PREFIX},
    {"__hOST-a=b; Path=/app; Domain=b.test", "=", REVMAP_COOKIE_PREFIX},
    {" __Host-a=b; Path=/app", "=", REVMAP_COOKIE_PREFIX},
    {"__Host-Http-a=b; Path=/app", "=", 0},
    {"__Secure-a=b; Path=/app; Secure", "__Secure-a=b; Path=/p; Secure", 0},
    {"__Http-a=b; Path=/app", "__Http-a=b; Path=/p", 0},
    {"__Host=b; Path=/app",   "__Host=b; Path=/p", 0},
    {"x__Host-a=b; Path=/app", "x__Host-a=b; Path=/p", 0},
    {NULL, NULL, 0}
};

static const cookie_case paths_b[] = {
    {"a=b; Path=/app",     "a=b; Path=/", 0},
    {"a=b; Path=/app/",    "a=b; Path=/", 0},
    {"a=b; Path=/app/x",   "a=b; Path=/x", 0},
    {"a=b; Path=/app/x/",  "a=b; Path=/x/", 0},
    {"a=b; Path=/",        "=", 0},
    {"a=b; Path=/x",       "=", 0},
    {"__Host-a=b; Path=/", "=", 0},
    {"a=b",                "=", 0},
    {NULL, NULL, 0}
};

static const cookie_case paths_c[] = {
    {"a=b; Path=/",      "a=b; Path=/p", 0},
    {"a=b; Path=/x",     "a=b; Path=/p/x", 0},
    {"a=b; Path=/x/",    "a=b; Path=/p/x/", 0},
    {"a=b; Path=/pp",    "a=b; Path=/p/pp", 0},
    {"a=b; Path=/p",     "=", REVMAP_ALREADY_PUBLIC},
    {"a=b; Path=/p/",    "=", REVMAP_ALREADY_PUBLIC},
    {"a=b; Path=/p/x",   "=", REVMAP_ALREADY_PUBLIC},
    {"a=b",              "=", 0},
    {"__Host-a=b; Path=/; Secure", "=", 0},
    {NULL, NULL, 0}
};

static const cookie_case paths_e[] = {
    {"a=b; Path=/sso",   "=", REVMAP_OTHER_MOUNT},
    {"a=b; Path=/sso/x", "=", REVMAP_OTHER_MOUNT},
    {"a=b; Path=/ssox",  "a=b; Path=/p/ssox", 0},
    {"a=b; Path=/",      "a=b; Path=/p", 0},
    {NULL, NULL, 0}
};

/* The browser's default is not what the backend means. */
static const setting no_slash = {
    .lines = {"/p http://b.test/"},
    .requested = "http://b.test/",
    .asked = "https://pub.example/p",
};
static const cookie_case added_no_slash[] = {
    {"a=b",               "a=b; Path=/p", REVMAP_MAPPED},
    {"a=b; Secure",       "a=b; Secure; Path=/p", 0},
    {"a=b; Path=",        "a=b; Path=; Path=/p", 0},
    {"a=b; Path",         "a=b; Path; Path=/p", 0},
    {"a=b; Path=x",       "a=b; Path=x; Path=/p", 0},
    {"a=b; Path=\"/\"",   "a=b; Path=\"/\"; Path=/p", 0},
    {"a=b; Path=/x; Path=", "a=b; Path=/p/x; Path=; Path=/p", 0},
    {"a=b; Path=; Path=/x", "a=b; Path=; Path=/p/x", 0},
    {"path=/x",           "path=/x; Path=/p", 0},
    {"__Host-a=b; Secure", "=", REVMAP_COOKIE_PREFIX},
    {NULL, NULL, 0}
};
static const setting deeper = {
    .lines = {"/p/ http://b.test/app/"},
    .requested = "http://b.test/app/deep/index.php",
    .asked = "https://pub.example/p/home",
};
static const cookie_case added_deeper[] = {
    {"a=b",               "a=b; Path=/p/deep", 0},
    {"a=b; Domain=b.test", "a=b; Path=/p/deep", 0},
    {"a=b; Path=/app",    "a=b; Path=/p", 0},
    {NULL, NULL, 0}
};
static const setting outside = {
    .lines = {"/p/ http://b.test/app/"},
    .requested = "http://b.test/other/page",
    .asked = "https://pub.example/p/page",
};
static const setting gateway = {
    .lines = {"/p/ /app/"},
    .asked = "https://pub.example/p/x/page",
    .told = "https://pub.example",
};
static const cookie_case nothing_added[] = {
    {"a=b",               "=", 0},
    {"a=b; Path=/app",    "a=b; Path=/p", 0},
    {NULL, NULL, 0}
};

static const setting domains = {
    .lines = {"/ http://b.int.corp/"},
    .requested = "http://b.int.corp/page",
    .asked = "https://www.pub.example/page",
};
static const cookie_case without_rule[] = {
    {"a=b; Domain=b.int.corp",           "a=b", REVMAP_MAPPED},
    {"a=b; Domain=B.INT.corp; Secure",   "a=b; Secure", 0},
    {"a=b; Domain=.b.int.corp",          "a=b", 0},
    {"a=b; Domain=int.corp",             "a=b", 0},
    {"a=b; domain = int.corp ; Secure",  "a=b; Secure", 0},
    {"a=b; Domain=corp",                 "a=b", 0},
    {"a=b; Domain=x.b.int.corp",         "=", 0},
    {"a=b; Domain=xb.int.corp",          "=", 0},
    {"a=b; Domain=nt.corp",              "=", 0},
    {"a=b; Domain=b.int.corp.evil.test", "=", 0},
    {"a=b; Domain=www.pub.example",      "=", 0},
    {"a=b; Domain=.pub.example",         "=", 0},
    {"a=b; Domain=PUB.example",          "=", 0},
    {"a=b; Domain=other.example",        "=", 0},
    {"a=b; Domain=",                     "=", 0},
    {"a=b; Domain",                      "=", 0},
    {"domain=b.int.corp",                "=", 0},
    {"a=b; xDomain=b.int.corp",          "=", 0},
    {"__Host-a=b; Domain=b.int.corp",    "=", REVMAP_COOKIE_PREFIX},
    /* The last one decides, and all of them go, so that none widens. */
    {"a=b; Domain=int.corp; Domain=b.int.corp; Secure", "a=b; Secure", 0},
    {"a=b; Domain=pub.example; Domain=b.int.corp", "a=b", 0},
    {"a=b; Domain=b.int.corp; Domain=pub.example", "=", 0},
    {"a=b; Domain=b.int.corp; Domain=other.example", "=", 0},
    {"a=b; Domain=b.int.corp; Domain=; Domain=.", "a=b", 0},
    {"a=b; Domain=; Domain=b.int.corp", "a=b", 0},
    {"a=b; Domain=other.example; Domain=", "=", 0},
    {NULL, NULL, 0}
};
static const setting address = {
    .lines = {"/ http://10.0.0.1/"},
    .requested = "http://10.0.0.1/page",
    .asked = "https://www.pub.example/page",
};
static const cookie_case of_address[] = {
    {"a=b; Domain=10.0.0.1", "a=b", 0},
    {"a=b; Domain=0.0.1",    "=", 0},
    {"a=b; Domain=1",        "=", 0},
    {NULL, NULL, 0}
};
/* A name that ends with a digit is no address. */
static const setting digit = {
    .lines = {"/ http://b.int.dc1/"},
    .requested = "http://b.int.dc1/page",
    .asked = "https://www.pub.site2/page",
};
static const cookie_case of_digit[] = {
    {"a=b; Domain=b.int.dc1",  "a=b", 0},
    {"a=b; Domain=.int.dc1",   "a=b", 0},
    {"a=b; Domain=dc1",        "a=b", 0},
    {"a=b; Domain=c1",         "=", 0},
    {"a=b; Domain=pub.site2",  "=", 0},
    {NULL, NULL, 0}
};
/* Its parent is the backend. */
static const setting digit_above = {
    .lines = {"/ http://pub.site2/"},
    .requested = "http://pub.site2/page",
    .asked = "https://www.pub.site2/page",
};
static const cookie_case of_digit_above[] = {
    {"a=b; Domain=pub.site2",  "=", 0},
    {NULL, NULL, 0}
};
static const setting preserved = {
    .lines = {"/p/ http://b.int.corp/ctx/"},
    .requested = "http://b.int.corp/ctx/page",
    .asked = "https://www.pub.example/p/page",
    .told = "http://www.pub.example",
};
static const cookie_case of_preserved[] = {
    {"a=b; Domain=www.pub.example; Path=/ctx",
     "a=b; Domain=www.pub.example; Path=/p", 0},
    {"a=b; Domain=pub.example",  "=", 0},
    {"a=b; Domain=b.int.corp; Path=/ctx", "a=b; Path=/p", 0},
    {NULL, NULL, 0}
};

static const setting domain_lines = {
    .lines = {"/ http://b.int.corp/", "cookiedomain b.int.corp www.pub.example",
              "cookiedomain .two.corp .pub.example",
              "cookiedomain gone.corp remove",
              "cookiedomain www.pub.example pub.example",
              "cookiedomain local short.example",
              "cookiedomain local.example.com long.example"},
    .requested = "http://b.int.corp/page",
    .asked = "https://www.pub.example/page",
};
static const cookie_case with_rule[] = {
    {"a=b; Domain=b.int.corp",    "a=b; Domain=www.pub.example", REVMAP_MAPPED},
    {"a=b; Domain=.B.int.corp",   "a=b; Domain=www.pub.example", 0},
    {"a=b;domain= b.int.corp ;x", "a=b;domain= www.pub.example ;x", 0},
    {"a=b; Domain=int.corp",      "a=b", 0},
    {"a=b; Domain=gone.corp; x",  "a=b; x", 0},
    {"a=b; Domain=x.gone.corp",   "=", 0},
    {"a=b; Domain=x.two.corp",    "a=b; Domain=.pub.example", 0},
    {"a=b; Domain=xtwo.corp",     "=", 0},
    {"a=b; Domain=two.corp.evil.test", "=", 0},
    {"a=b; Domain=www.pub.example", "a=b; Domain=pub.example", 0},
    {"a=b; Domain=local.example.com", "a=b; Domain=long.example", 0},
    {"a=b; Domain=x.local",       "=", 0},
    {"__Host-a=b; Domain=b.int.corp", "=", 0},
    {NULL, NULL, 0}
};

static const setting path_lines = {
    .lines = {"/p/ http://b.test/app/", "cookiepath /app/x /explicit/",
              "cookiepath /wide/ /", "cookiepath /foo /bar", "<inner>",
              "cookiepath /foo /inner", "cookiepath /foo/long /longer"},
    .requested = "http://b.test/app/page",
    .asked = "https://pub.example/p/page",
};
static const cookie_case with_path_rule[] = {
    {"a=b; Path=/app/x",     "a=b; Path=/explicit/", 0},
    {"a=b; Path=/app/y",     "a=b; Path=/p/y", 0},
    {"a=b; Path=/app/xx",    "a=b; Path=/p/xx", 0},
    {"a=b; Path=/wide/a/b",  "a=b; Path=/a/b", 0},
    {"a=b; Path=/foo",       "a=b; Path=/inner", 0},
    {"a=b; Path=/foo/a/",    "a=b; Path=/inner/a/", 0},
    {"a=b; Path=/foo/long/a", "a=b; Path=/longer/a", 0},
    {"a=b; Path=/foobar",    "=", 0},
    {"__Host-a=b; Path=/foo", "=", 0},
    {NULL, NULL, 0}
};

/* A line whose public side lies below the other one: applied once. */
static const setting nested_line = {
    .lines = {"/app/ http://b.test/", "cookiepath / /app/"},
    .requested = "http://b.test/page",
    .asked = "https://pub.example/app/page",
};
static const cookie_case with_nested_line[] = {
    {"a=b; Path=/",          "a=b; Path=/app/", REVMAP_MAPPED},
    {"a=b; Path=/admin",     "a=b; Path=/app/admin", REVMAP_MAPPED},
    {"a=b; Path=/app/",      "=", REVMAP_ALREADY_PUBLIC},
    {"a=b; Path=/app",       "=", REVMAP_ALREADY_PUBLIC},
    {"a=b; Path=/apple",     "a=b; Path=/app/apple", REVMAP_MAPPED},
    {"a=b; HttpOnly",        "=", REVMAP_NOTHING},
    {NULL, NULL, 0}
};

/* Several mounts of one backend, in force here or not: the cookie reaches all
 * public paths that lead to what it is for. */
static const setting mounts = {
    .lines = {"/site/one/ http://b.test/ctx/", "/o/ http://b.test/other/",
              "/deep/ http://b.test/top/a/", "/deep/er/ http://b.test/top/b/",
              "/top/ http://b.test/top/", "/f/ http://foreign.test/ctx/",
              "/top/ http://b.test/top/", "/bare/one/ /bare/",
              "/bare/two/ /bare/", "<other>", "/bare/ /bare/",
              "/site/two/ http://b.test/ctx/",
              "https://else.test/x/ http://b.test/other/"},
    .requested = "http://b.test/ctx/page",
    .asked = "http://pub.example/site/one/page",
};
static const cookie_case with_mounts[] = {
    {"a=b; Path=/ctx",       "a=b; Path=/site", REVMAP_MAPPED},
    {"a=b; Path=/ctx/x",     "a=b; Path=/site", REVMAP_MAPPED},
    {"a=b; Path=/other/x/",  "a=b; Path=/o/x/", REVMAP_MAPPED},
    {"a=b; Path=/bare/x",    "a=b; Path=/bare", REVMAP_MAPPED},
    {"a=b; Path=/top",       "a=b; Path=/", REVMAP_MAPPED},
    {"a=b; Path=/top/c",     "=", REVMAP_SAME},
    {"a=b; Path=/top/a/x",   "a=b; Path=/", REVMAP_MAPPED},
    {"a=b",                  "a=b; Path=/site", REVMAP_MAPPED},
    {"__Host-a=b; Path=/ctx", "=", REVMAP_COOKIE_PREFIX},
    {NULL, NULL, 0}
};

/* HTTPD-FACTS 1.7: what is right where stock httpd is wrong. */
static const setting flaws = {
    .lines = {"/app/ http://backend.local/foo/",
              "cookiepath /foo /app",
              "cookiedomain backend.local pub.example"},
    .requested = "http://backend.local/foo/page",
    .asked = "https://pub.example/app/page",
};
static const cookie_case flaw_cases[] = {
    /* C1 */  {"a=b; Path=/foobar",  "=", 0},
    /* C2 */  {"a=b; Path=/foo/bar", "a=b; Path=/app/bar", 0},
    /* C3 */  {"a=b; Path=/admin",   "=", 0},
    /* C4 */  {"__Host-s=b; Path=/; Secure", "=", 0},
    /* C5 */  {"path=/foo/cookievalue; HttpOnly", "=", 0},
    /* C6 */  {"domain=backend.local/v; Path=/", "=", 0},
    /* C7 */  {"a=b; path = /foo",   "a=b; path = /app", 0},
              {"a=b; Path= /foo",    "a=b; Path= /app", 0},
              {"a=b; Path=\"/foo\"", "=", 0},
    /* C8 */  {"a=b; Path=/foo, c=d; HttpOnly", "=", 0},
    /* C9 */  {"a=b; Path=/foo; Path=", "a=b; Path=/app; Path=", 0},
    /* C10 */ {"a=b; Domain=.backend.local", "a=b; Domain=pub.example", 0},
    /* C11 */ {"a=b; Domain=backend.local.evil.com", "=", 0},
              {"a=b; Domain=backend.localhost", "=", 0},
    /* C13 */ {"a=b; Domain=backend.local; Domain=other.local",
               "a=b; Domain=pub.example; Domain=other.local", 0},
    /* C15 */ {"a=b", "=", 0},
    {NULL, NULL, 0}
};
/* clang-format on */

static const char *cookie_with_path(apr_pool_t *pool, const char *begin,
                                    size_t len)
{
    char *value = apr_palloc(pool, 16 + len);

    strcpy(value, "a=b; Path=");
    memset(value + 10, 'x', len);
    memcpy(value + 10, begin, strlen(begin));
    value[10 + len] = '\0';
    return value;
}

/* Browsers ignore an attribute over 1024 bytes. */
static void check_limit(void)
{
    static const setting longer = {
        .lines = {"/longer/ http://b.test/app/"},
        .requested = "http://b.test/app/page",
        .asked = "https://pub.example/longer/page",
    };
    world a = world_of(&map_a);
    world b = world_of(&longer);
    revmap_outcome out;

    is_str(map_cookie(&a, cookie_with_path(a.pool, "/app/", 1024), &out),
           cookie_with_path(a.pool, "/p/", 1022), "1024 bytes");
    is_str(map_cookie(&a, cookie_with_path(a.pool, "/app/", 1025), &out), "=",
           "1025 bytes before");
    is_str(map_cookie(&b, cookie_with_path(b.pool, "/app/", 1021), &out),
           cookie_with_path(b.pool, "/longer/", 1024), "1024 bytes after");
    is_str(map_cookie(&b, cookie_with_path(b.pool, "/app/", 1022), &out), "=",
           "1025 bytes after");
    is_str(revmap_reason_words(out.reason),
           revmap_reason_words(REVMAP_TOO_LONG), "reason of 1025 bytes after");
    end_world(&a);
    end_world(&b);
}

/* In the worst case all of them are attributes, or all of them are Paths. */
static void check_big(void)
{
    world w = world_of(&map_a);
    revmap_outcome outcome;
    size_t n = 200000;
    char *value = apr_palloc(w.pool, 12 * n + 32);
    const char *answer;
    size_t i;

    strcpy(value, "a=b");
    memset(value + 3, ';', n);
    strcpy(value + 3 + n, "Path=/app");
    answer = map_cookie(&w, value, &outcome);
    is_int((long)strlen(answer), (long)(3 + n + 7), "many semicolons");
    is_str(answer + 3 + n, "Path=/p", "many semicolons, then a Path");
    for (i = 0; i < n; i++) {
        memcpy(value + 3 + 10 * i, ";Path=/app", 11);
    }
    answer = map_cookie(&w, value, &outcome);
    is_int((long)strlen(answer), (long)(3 + 8 * n), "many Paths");
    for (i = 0; i < n; i++) {
        memcpy(value + 3 + 8 * i, ";Path=/x", 9);
    }
    is_str(map_cookie(&w, value, &outcome), "=", "many Paths that stay");
    for (i = 0; i < n; i++) {
        memcpy(value + 3 + 12 * i, ";Domain=test", 13);
    }
    is_str(map_cookie(&w, value, &outcome), "a=b", "many Domains");
    /* CVE-2026-34356 */
    is_str(map_cookie(&w, cookie_with_path(w.pool, "/app/", 900), &outcome),
           cookie_with_path(w.pool, "/p/", 898), "a long Path");
    end_world(&w);
}

/* Every shorter piece of a field, so that whoever reads on is caught. */
static void check_pieces(void)
{
    static const char whole[] =
        "__Host-a=b; Domain=b.test ; Path = /app/x ;Path;=;Domain=;Secure";
    world w = world_of(&map_a);
    revmap_outcome outcome;
    char piece[sizeof(whole)];
    size_t i;
    size_t j;

    for (i = 0; i < sizeof(whole); i++) {
        for (j = 0; i + j < sizeof(whole); j++) {
            memcpy(piece, whole + i, j);
            piece[j] = '\0';
            map_cookie(&w, piece, &outcome);
        }
    }
    ok(1, "all pieces of a field");
    end_world(&w);
}

/* What stands in Path is what the browser will send. */
static void check_escaped(void)
{
    static const cookie_case escaped[] = {
        {"a=b; Path=/app", "a=b; Path=/caf%C3%A9", 0},
        {"a=b; Path=/app/x", "a=b; Path=/caf%C3%A9/x", 0},
        {"a=b; Path=/%61pp", "=", REVMAP_OUTSIDE},
        {NULL, NULL, 0},
    };
    static const setting with_utf8 = {
        .lines = {"/caf\xC3\xA9/ http://b.test/app/"},
        .requested = "http://b.test/app/page",
        .asked = "https://pub.example/caf%C3%A9/page",
    };
    static const setting with_escape = {
        .lines = {"/caf%C3%A9/ http://b.test/%61pp/"},
        .requested = "http://b.test/app/page",
        .asked = "https://pub.example/caf%C3%A9/page",
    };

    check("UTF-8 in the rule", &with_utf8, escaped);
    check("escapes in the rule", &with_escape, escaped);
}

static const char *cookie_error(apr_pool_t *pool, int is_path, const char *a,
                                const char *b)
{
    revmap_cookie_rule made;

    memset(&made, 0, sizeof(made));
    return is_path ? revmap_cookie_path_rule(pool, &made, a, b)
                   : revmap_cookie_domain_rule(pool, &made, a, b);
}

static void check_errors(void)
{
    static const struct {
        int is_path;
        const char *internal;
        const char *public_side;
        const char *bad;
    } cases[] = {
        {1, "app", "/p", "'app'"},           {1, "/app", "p", "'p'"},
        {1, "/app", "/p;x", "'/p;x'"},       {1, "/a b", "/p", "'/a b'"},
        {1, "/app", "http://x/", "http://"}, {0, "b.test", "", "''"},
        {0, "http://b.test", "x", "'http"},  {0, "b.test", "a;b", "'a;b'"},
        {0, "b.test", "pub:80", "'pub:80'"}, {0, "b/x", "pub", "'b/x'"},
    };
    apr_pool_t *pool = new_pool();
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *error = cookie_error(
            pool, cases[i].is_path, cases[i].internal, cases[i].public_side);

        ok(error && strstr(error, cases[i].bad), "%s %s is refused: %s",
           cases[i].internal, cases[i].public_side,
           error ? error : "it is not");
    }
    is_str(cookie_error(pool, 0, "b.test", "Remove"), NULL, "Remove");
    apr_pool_destroy(pool);
}

int main(void)
{
    check("/p <- /app", &map_a, paths_a);
    check("/ <- /app", &map_b, paths_b);
    check("/p <- /", &map_c, paths_c);
    check("beside a mount", &map_e, paths_e);
    check("/p asks for /", &no_slash, added_no_slash);
    check("another depth", &deeper, added_deeper);
    check("nothing is known of the default", &outside, nothing_added);
    check("a gateway", &gateway, nothing_added);
    check("Domain", &domains, without_rule);
    check("Domain, address", &address, of_address);
    check("Domain, digit", &digit, of_digit);
    check("Domain, digit above", &digit_above, of_digit_above);
    check("Domain, the public host is known", &preserved, of_preserved);
    check("RevMapCookieDomain", &domain_lines, with_rule);
    check("RevMapCookiePath", &path_lines, with_path_rule);
    check("several mounts", &mounts, with_mounts);
    check("RevMapCookiePath below itself", &nested_line, with_nested_line);
    check("flaws of stock httpd", &flaws, flaw_cases);
    check_limit();
    check_big();
    check_pieces();
    check_escaped();
    check_errors();
    return done_testing();
}
