/* SPDX-License-Identifier: Apache-2.0 */

/* What becomes of a URL: "How a URL is mapped" of the manual, as tables. */

#include "fixture.h"

#define LOCATION REVMAP_USE_REDIRECT
#define REFERENCE REVMAP_USE_REFERENCE

typedef struct url_case {
    const char *value;
    const char *expected; /* "=": as it came */
    revmap_reason reason; /* 0: none in particular */
} url_case;

static void check(const char *about, const setting *from, revmap_use use,
                  const url_case *c)
{
    world w = world_of(from);
    revmap_result result;

    for (; c->value; c++) {
        is_str(evaluate(&w, c->value, use, &result), c->expected, "%s: %s",
               about, c->value);
        if (c->reason) {
            is_str(revmap_reason_words(result.reason),
                   revmap_reason_words(c->reason), "%s: reason of %s", about,
                   c->value);
        }
    }
    end_world(&w);
}

/* clang-format off */

/* The maps of "Cases" there. */
static const setting map_a = {
    .lines = {"https://pub.test/p/ http://b.test:8080/app/"},
    .requested = "http://b.test:8080/app/page",
    .asked = "https://pub.test/p/page",
};
static const setting map_b = {
    .lines = {"/ http://b.test:8080/app/"},
    .requested = "http://b.test:8080/app/page",
    .asked = "https://pub.test/page",
};
static const setting map_c = {
    .lines = {"/p/ http://b.test:8080/"},
    .requested = "http://b.test:8080/dir/page",
    .asked = "https://pub.test/p/dir/page",
};
static const setting map_d = {
    .lines = {"/p/ http://d.test/ctx/"},
    .requested = "http://d.test/ctx/page",
    .asked = "http://pub.test/p/page",
    .told = "http://pub.test",
};
static const setting map_d_evil = {
    .lines = {"/p/ http://d.test/ctx/"},
    .requested = "http://d.test/ctx/page",
    .asked = "http://evil.test/p/page",
};
static const setting map_e = {
    .lines = {"/p/ http://e.test/", "<other>", "/sso/ http://sso.test/"},
    .requested = "http://e.test/x",
    .asked = "https://pub.test/p/x",
};

static const url_case cases_a[] = {
    {"http://b.test:8080/app/x?y#z", "https://pub.test/p/x?y#z", REVMAP_MAPPED},
    {"/app/x",                "https://pub.test/p/x", REVMAP_MAPPED},
    {"//B.test:8080/app/x",   "https://pub.test/p/x", 0},
    {"http://b.test:8080/app",     "https://pub.test/p", 0},
    {"http://b.test:8080/app?x=1", "https://pub.test/p?x=1", 0},
    {"http://b.test:8080/app#f",   "https://pub.test/p#f", 0},
    {"http://b.test:8080/app;jsessionid=1",
     "https://pub.test/p;jsessionid=1", 0},
    {"http://b.test:8080/app/",    "https://pub.test/p/", 0},
    {"http://b.test:8080/apple",   "=", REVMAP_OUTSIDE},
    {"http://b.test:8080/APP/x",   "=", REVMAP_OUTSIDE},
    {"http://b.test:8080/app%2Fx", "=", REVMAP_OUTSIDE},
    {"http://b.test:8080/app/../admin", "=", REVMAP_OUTSIDE},
    {"http://b.test:8080/app/%2e%2E/admin", "=", REVMAP_OUTSIDE},
    {"/app/../admin",              "=", REVMAP_OUTSIDE},
    {"HTTP://B.Test:08080/%61pp/%2Fy?u=http://b.test:8080/app/",
     "https://pub.test/p/%2Fy?u=http://b.test:8080/app/", 0},
    {"http://b.test:80801/app/",           "=", REVMAP_BAD_PORT},
    {"http://b.test:8080.evil.test/app/",  "=", REVMAP_BAD_PORT},
    {"http://b.test:8080@evil.test/app/",  "=", REVMAP_BAD_USERINFO},
    {"http://b.test/app/x",                "=", REVMAP_FOREIGN},
    {"https://b.test:8080/app/x",          "=", REVMAP_FOREIGN},
    {"https://sso.test/app?next=http://b.test:8080/app/",
     "=", REVMAP_FOREIGN},
    {"/login?next=http://b.test:8080/app/x", "=", REVMAP_OUTSIDE},
    /* What lies behind the match is copied raw. */
    {"/app/a b/%7e%e9\xE9~'\"<>", "https://pub.test/p/a b/%7e%e9\xE9~'\"<>", 0},
    {"/app//x",               "https://pub.test/p//x", 0},
    {"/app/x?q=/../\\",       "https://pub.test/p/x?q=/../\\", 0},
    {"/app/x#\\",             "https://pub.test/p/x#\\", 0},
    {"/app/x?a b",            "https://pub.test/p/x?a b", 0},
    /* ... unless dot segments had to be resolved. */
    {"/app/a/../x",           "https://pub.test/p/x", 0},
    {"/app/./x",              "https://pub.test/p/x", 0},
    {"/app/x/.",              "https://pub.test/p/x/", 0},
    {"/app/x/%2e%2e",         "https://pub.test/p/", 0},
    {"/other/../app/x?../y",  "https://pub.test/p/x?../y", 0},
    {"/../../app/x",          "https://pub.test/p/x", 0},
    {"/app/..a/.b/...",       "https://pub.test/p/..a/.b/...", 0},
    /* What is public already. */
    {"https://pub.test/p/x",  "=", 0},
    {"/p/x",                  "=", 0},
    {NULL, NULL, 0}
};

/* 4.1: browsers and RFC 3986 disagree about these. */
static const url_case cases_screened[] = {
    {"http://b.test:8080\\@evil.test/app/", "=", REVMAP_BAD_BACKSLASH},
    {"http://evil.test\\@b.test:8080/app/", "=", REVMAP_BAD_BACKSLASH},
    {"http:\\\\b.test:8080/app/x",          "=", REVMAP_BAD_BACKSLASH},
    {"/app\\x",                             "=", REVMAP_BAD_BACKSLASH},
    {"/app/x\\",                            "=", REVMAP_BAD_BACKSLASH},
    {"\\app/x",                             "=", REVMAP_BAD_BACKSLASH},
    {"/\\b.test:8080/app/x",                "=", REVMAP_BAD_BACKSLASH},
    {"/app/\tx",                            "=", REVMAP_BAD_BYTE},
    {"/\t/b.test:8080/app/x",               "=", REVMAP_BAD_BYTE},
    {"/app/x\r\nSet-Cookie: a=b",           "=", REVMAP_BAD_BYTE},
    {"/app/x\x7F",                          "=", REVMAP_BAD_BYTE},
    {"/app/x?\x01",                         "=", REVMAP_BAD_BYTE},
    {"/app/x#\x1F",                         "=", REVMAP_BAD_BYTE},
    {"ht\ntp://b.test:8080/app/x",          "=", REVMAP_BAD_BYTE},
    {"http:/app/x",                         "=", REVMAP_BAD_SCHEME},
    {"http:app/x",                          "=", REVMAP_BAD_SCHEME},
    {"http:",                               "=", REVMAP_BAD_SCHEME},
    {"http:/b.test:8080/app/x",             "=", REVMAP_BAD_SCHEME},
    {"http:///b.test:8080/app/x",           "=", 0},
    {"http://",                             "=", REVMAP_BAD_HOST},
    {"http:///app/x",                       "=", REVMAP_BAD_HOST},
    {"http://:8080/app/x",                  "=", REVMAP_BAD_HOST},
    {"http://?x",                           "=", REVMAP_BAD_HOST},
    {"//",                                  "=", REVMAP_BAD_HOST},
    {"///b.test:8080/app/x",                "=", REVMAP_BAD_HOST},
    {"http://user@b.test:8080/app/x",       "=", REVMAP_BAD_USERINFO},
    {"http://u:pw@b.test:8080/app/x",       "=", REVMAP_BAD_USERINFO},
    {"http://@b.test:8080/app/x",           "=", REVMAP_BAD_USERINFO},
    {"//u@b.test:8080/app/x",               "=", REVMAP_BAD_USERINFO},
    {"http://b.test:8080%40evil.test/app/", "=", 0},
    {"http://%62.test:8080/app/x",          "=", REVMAP_BAD_HOST},
    {"http://b%2Etest:8080/app/x",          "=", REVMAP_BAD_HOST},
    {"http://b\xE3\x80\x82test:8080/app/x", "=", REVMAP_BAD_HOST},
    {"http://\xEF\xBD\x82.test:8080/app/x", "=", REVMAP_BAD_HOST},
    {"http://b.test :8080/app/x",           "=", REVMAP_BAD_HOST},
    {"http:// b.test:8080/app/x",           "=", REVMAP_BAD_HOST},
    {"http://b.test:8080 /app/x",           "=", 0},
    {"http://b.test:-1/app/x",              "=", REVMAP_BAD_PORT},
    {"http://b.test:+8080/app/x",           "=", REVMAP_BAD_PORT},
    {"http://b.test:65536/app/x",           "=", REVMAP_BAD_PORT},
    {"http://b.test:0x1F90/app/x",          "=", REVMAP_BAD_PORT},
    {"http://b.test:4294975376/app/x",      "=", REVMAP_BAD_PORT},
    {"http://b.test:18446744073709559696/app/x", "=", REVMAP_BAD_PORT},
    {"http://b.test:8080:8080/app/x",       "=", 0},
    {"http://[b.test]:8080/app/x",          "=", 0},
    {"http://[::1/app/x",                   "=", 0},
    {"ftp://b.test:8080/app/x",             "=", REVMAP_BAD_SCHEME},
    {"javascript://b.test:8080/app/x",      "=", REVMAP_BAD_SCHEME},
    {"data:text/html,/app/x",               "=", REVMAP_BAD_SCHEME},
    {"mailto:a@b.test",                     "=", REVMAP_BAD_SCHEME},
    {"httpx://b.test:8080/app/x",           "=", REVMAP_BAD_SCHEME},
    {"http+unix://b.test:8080/app/x",       "=", REVMAP_BAD_SCHEME},
    /* Not odd at all. */
    {"http://b.test:000000000000000008080/app/x", "https://pub.test/p/x", 0},
    {NULL, NULL, 0}
};

static const url_case cases_b[] = {
    {"http://b.test:8080/app//evil.test/x", "/.//evil.test/x", 0},
    {"/app//evil.test/x",                   "/.//evil.test/x", 0},
    {"/app/.//evil.test/x",                 "/.//evil.test/x", 0},
    {"/app/a/..//evil.test/x",              "/.//evil.test/x", 0},
    {"/app/%2e//evil.test/x",               "/.//evil.test/x", 0},
    {"/app///evil.test",                    "/.///evil.test", 0},
    {"/app//",                              "/.//", 0},
    {"/app/x//y",                           "/x//y", 0},
    {"/app/%5Cevil.test",                   "/%5Cevil.test", 0},
    {"/app/%2Fevil.test",                   "/%2Fevil.test", 0},
    {"/app",                                "/", 0},
    {"/app?x",                              "/?x", 0},
    {"/app/",                               "/", 0},
    {"/app/app/x",                          "/app/x", 0},
    {"/x",                                  "=", REVMAP_OUTSIDE},
    {NULL, NULL, 0}
};

static const url_case cases_c[] = {
    {"/login",                    "/p/login", REVMAP_MAPPED},
    {"http://b.test:8080?x=1",    "/p/?x=1", 0},
    {"http://b.test:8080",        "/p/", 0},
    {"http://b.test:8080#f",      "/p/#f", 0},
    {"http://b.test:8080/",       "/p/", 0},
    {"//b.test:8080",             "/p/", 0},
    {"/",                         "/p/", 0},
    {"/p/login",                  "=", REVMAP_ALREADY_PUBLIC},
    {"/p",                        "=", REVMAP_ALREADY_PUBLIC},
    {"/p/a/../login",             "=", REVMAP_ALREADY_PUBLIC},
    {"/p/../login",               "/p/login", 0},
    {"/%70/login",                "=", REVMAP_ALREADY_PUBLIC},
    {"/pp/login",                 "/p/pp/login", 0},
    {"/P/login",                  "/p/P/login", 0},
    {"http://b.test:8080/p/x",    "/p/p/x", 0},
    {"//evil.test/x",             "=", REVMAP_FOREIGN},
    {"http://other.test/x",       "=", REVMAP_FOREIGN},
    {"/x?next=http://other.test", "/p/x?next=http://other.test", 0},
    {"//b.test:8080//x",          "/p//x", 0},
    /* Relative to http://b.test:8080/dir/page and to /p/dir/page. */
    {"../../x",                   "/p/x", REVMAP_MAPPED},
    {"../../../x?q#f",            "/p/x?q#f", 0},
    {"%2e%2e/..//x",              "/p//x", 0},
    {"x",                         "=", REVMAP_READS_RIGHT},
    {"../x",                      "=", REVMAP_READS_RIGHT},
    {"./x",                       "=", REVMAP_READS_RIGHT},
    {"?q",                        "=", 0},
    {"#f",                        "=", REVMAP_SAME_DOCUMENT},
    {"",                          "=", REVMAP_SAME_DOCUMENT},
    {NULL, NULL, 0}
};

static const url_case cases_d[] = {
    {"http://pub.test/ctx/x",      "/p/x", 0},
    {"http://d.test/ctx/x",        "/p/x", 0},
    {"https://d.test/ctx/x",       "/p/x", 0},
    {"http://d.test:80/ctx/x",     "/p/x", 0},
    {"https://d.test:443/ctx/x",   "/p/x", 0},
    {"http://d.test:/ctx/x",       "/p/x", 0},
    {"http://d.test:443/ctx/x",    "=", REVMAP_FOREIGN},
    {"https://d.test:80/ctx/x",    "=", REVMAP_FOREIGN},
    {"//pub.test/ctx/x",           "/p/x", 0},
    {"https://pub.test/ctx/x",     "https://pub.test/p/x", 0},
    {"https://PUB.test:443/ctx/x", "https://PUB.test:443/p/x", 0},
    {"https://pub.test/ctx/../x",  "=", 0},
    {"https://pub.test/p/x",       "=", 0},
    {"https://pub.test/",          "=", 0},
    {"http://pub.test/p/x",        "=", 0},
    {"http://pub.test:8080/ctx/x", "=", REVMAP_FOREIGN},
    {"http://xpub.test/ctx/x",     "=", REVMAP_FOREIGN},
    {NULL, NULL, 0}
};

static const url_case cases_d_evil[] = {
    {"http://evil.test/ctx/x", "=", REVMAP_ASKED_HOST},
    {"//evil.test/ctx/x",      "=", REVMAP_ASKED_HOST},
    {"/ctx/x",                 "/p/x", 0},
    {NULL, NULL, 0}
};

static const url_case cases_e[] = {
    {"/sso/login",        "=", REVMAP_OTHER_MOUNT},
    {"/sso",              "=", REVMAP_OTHER_MOUNT},
    {"/sso?x",            "=", REVMAP_OTHER_MOUNT},
    {"/ssox",             "/p/ssox", 0},
    {"/SSO/x",            "/p/SSO/x", 0},
    {"http://e.test/sso/login", "/p/sso/login", 0},
    {"https://e.test/x",  "=", REVMAP_LOOP},
    {"https://e.test/x?", "/p/x?", 0},
    {"https://e.test/y",  "/p/y", 0},
    /* The backend named the URL that it was asked: nothing to be done. */
    {"http://e.test/x",   "/p/x", 0},
    {"/x",                "/p/x", 0},
    {NULL, NULL, 0}
};
/* clang-format on */

static void check_cases(void)
{
    static const setting upper = {
        .lines = {"/p/ http://e.test/"},
        .requested = "http://e.test/x?a=1",
        .asked = "https://pub.test/p/x?a=1",
    };
    static const url_case looping[] = {
        {"https://e.test/x?a=1", "=", REVMAP_LOOP},
        {"https://e.test/x?a=1#f", "=", REVMAP_LOOP},
        {"https://e.test/x?a=2", "/p/x?a=2", 0},
        {"https://e.test/x", "/p/x", 0},
        {"http://e.test/x?a=1", "/p/x?a=1", 0},
        {NULL, NULL, 0},
    };
    static const url_case refreshed[] = {
        {"https://e.test/x", "/p/x", 0},
        {NULL, NULL, 0},
    };
    /* What a FastCGI backend was asked for is not known: a page of its own
     * may be meant, so that only another scheme is taken for a loop. */
    static const setting gateway = {
        .lines = {"/p/ /"},
        .asked = "http://pub.test/p/x",
        .told = "http://pub.test",
    };
    static const url_case own_page[] = {
        {"/x", "/p/x", 0},
        {"http://pub.test/x", "/p/x", 0},
        {NULL, NULL, 0},
    };
    setting after_post = map_e;

    check("A", &map_a, LOCATION, cases_a);
    check("A as reference", &map_a, REFERENCE, cases_a);
    check("screened", &map_a, LOCATION, cases_screened);
    check("B", &map_b, LOCATION, cases_b);
    check("C", &map_c, LOCATION, cases_c);
    check("D", &map_d, LOCATION, cases_d);
    check("D, Host: evil.test", &map_d_evil, LOCATION, cases_d_evil);
    check("E", &map_e, LOCATION, cases_e);
    check("loop with query", &upper, LOCATION, looping);
    check("gateway, no loop", &gateway, LOCATION, own_page);
    after_post.posted = 1;
    check("E, a POST becomes a GET", &after_post, LOCATION, refreshed);
    check("E, Refresh is no loop", &map_e, REVMAP_USE_REFRESH, refreshed);
}

/* How absolute values are written. */
static void check_written(void)
{
    /* clang-format off */
    static const url_case paths[] = {
        {"http://b.test:8080/items?page=2", "/p/items?page=2", 0},
        {"/items",                          "/p/items", 0},
        {NULL, NULL, 0},
    };
    static const url_case absolute[] = {
        {"http://b.test:8080/items?page=2", "https://www.test/p/items?page=2",
         0},
        {"//b.test:8080/items",             "https://www.test/p/items", 0},
        {"http://b.test:8080//evil.test",   "https://www.test/p//evil.test", 0},
        {"/items",                          "/p/items", 0},
        {"../../x",                         "/p/x", 0},
        {NULL, NULL, 0},
    };
    static const url_case top[] = {
        {"http://b.test:8080/app//evil.test/x", "https://www.test//evil.test/x",
         0},
        {"/app//evil.test/x",               "/.//evil.test/x", 0},
        {NULL, NULL, 0},
    };
    static const url_case top_url[] = {
        {"http://b.test:8080/app//evil.test/x", "https://pub.test//evil.test/x",
         0},
        {"/app//evil.test/x",               "https://pub.test//evil.test/x", 0},
        {"/app",                            "https://pub.test/", 0},
        {NULL, NULL, 0},
    };
    /* clang-format on */
    static const setting to_url = {
        .lines = {"https://pub.test/ http://b.test:8080/app/"},
        .requested = "http://b.test:8080/app/page",
        .asked = "https://pub.test/page",
    };
    setting known = map_c;
    setting known_top = map_b;

    check("no origin known", &map_c, REFERENCE, paths);
    known.own = known_top.own = "https://www.test";
    known.asked = "https://www.test/p/dir/page";
    check("a redirect is a path", &known, LOCATION, paths);
    check("Refresh is a path", &known, REVMAP_USE_REFRESH, paths);
    check("absolute stays absolute", &known, REFERENCE, absolute);
    check("no guard needed", &known_top, REFERENCE, top);
    check("guard of redirects", &known_top, LOCATION, cases_b);
    check("public side a URL", &to_url, LOCATION, top_url);
    known.absolute = known_top.absolute = 1;
    check("RevMapOrigin server", &known, LOCATION, absolute);
    check("RevMapOrigin server, top", &known_top, LOCATION, top);
}

/* What may be meant in public terms. */
static void check_public(void)
{
    static const setting nested = {
        .lines = {"/app/ http://b.test/", "/app/app/ /app/"},
        .requested = "http://b.test/page",
        .asked = "http://pub.test/app/page",
    };
    static const setting nested_url = {
        .lines = {"https://pub.test/app/ http://b.test/"},
        .requested = "http://b.test/page",
        .asked = "https://pub.test/app/page",
        .told = "http://pub.test",
    };
    static const setting same = {
        .lines = {"/app/ http://b.test/app/"},
        .requested = "http://b.test/app/page",
        .asked = "http://pub.test/app/page",
    };
    static const setting root = {
        .lines = {"/ http://b.test/", "<other>", "/ http://root.test/",
                  "/b/ http://b.test/b/", "/o/ http://o.test/"},
        .requested = "http://b.test/page",
        .asked = "http://pub.test/page",
    };
    /* clang-format off */
    static const url_case overridden[] = {
        {"/app/login",               "/app/app/login", 0},
        {"/login",                   "/app/login", 0},
        {NULL, NULL, 0},
    };
    static const url_case put_right[] = {
        {"http://pub.test/app/login", "https://pub.test/app/login", 0},
        {"http://pub.test/login",     "https://pub.test/app/login", 0},
        {"/login",                    "https://pub.test/app/login", 0},
        {"http://b.test/app/x",       "https://pub.test/app/app/x", 0},
        {NULL, NULL, 0},
    };
    static const url_case equal[] = {
        {"/app/x",                   "=", 0},
        {"http://b.test/app/x",      "/app/x", 0},
        {"/x",                       "=", REVMAP_OUTSIDE},
        {NULL, NULL, 0},
    };
    static const url_case on_root[] = {
        {"/x",                       "=", 0},
        {"/.//evil.test/x",          "=", 0},
        {"//evil.test/x",            "=", REVMAP_FOREIGN},
        {"http://b.test//evil.test", "/.//evil.test", 0},
        {"http://b.test/x",          "/x", 0},
        {"http://b.test",            "/", 0},
        {"/o/x",                     "=", 0},
        {NULL, NULL, 0},
    };
    /* clang-format on */

    check("a longer rule overrides", &nested, LOCATION, overridden);
    check("wrong origin is put right", &nested_url, LOCATION, put_right);
    check("same path on both sides", &same, LOCATION, equal);
    check("a backend at the root", &root, LOCATION, on_root);
}

/* Relative references, where the public side is a URL. */
static void check_relative_to_url(void)
{
    static const setting other_url = {
        .lines = {"https://pub.test/p/ http://b.test/app/"},
        .requested = "http://b.test/app/page",
        .asked = "https://www.test/p/page",
    };
    /* clang-format off */
    static const url_case at_url[] = {
        {"x",          "=", REVMAP_READS_RIGHT},
        {"?q",         "=", REVMAP_READS_RIGHT},
        {"./",         "=", REVMAP_READS_RIGHT},
        {"../app/x",   "https://pub.test/p/x", 0},
        {"../p/x",     "=", REVMAP_OUTSIDE},
        {NULL, NULL, 0},
    };
    static const url_case at_other_url[] = {
        {"x",          "https://pub.test/p/x", 0},
        {"?q",         "https://pub.test/p/page?q", 0},
        {"../x",       "=", REVMAP_OUTSIDE},
        {NULL, NULL, 0},
    };
    /* clang-format on */

    check("public side a URL", &map_a, LOCATION, at_url);
    check("public side another URL", &other_url, LOCATION, at_other_url);
}

/* Relative references. */
static void check_relative(void)
{
    static const setting no_slash = {
        .lines = {"/p http://b.test/"},
        .requested = "http://b.test/",
        .asked = "http://pub.test/p",
    };
    static const setting other_depth = {
        .lines = {"/p/ http://b.test/app/"},
        .requested = "http://b.test/app/deep/index.php",
        .asked = "http://pub.test/p/home",
    };
    static const setting gateway = {
        .lines = {"/p/ /app/"},
        .asked = "http://pub.test/p/app/page",
        .told = "http://pub.test",
    };
    /* clang-format off */
    static const url_case at_no_slash[] = {
        {"x",      "/p/x", 0},
        {"./",     "/p/", 0},
        {"x?y#z",  "/p/x?y#z", 0},
        {"",       "=", REVMAP_SAME_DOCUMENT},
        {NULL, NULL, 0},
    };
    static const url_case at_other_depth[] = {
        {"x",           "/p/deep/x", 0},
        {"../x",        "/p/x", 0},
        {"../../x",     "=", 0},
        {"?a",          "/p/deep/index.php?a", 0},
        {"#a",          "=", REVMAP_SAME_DOCUMENT},
        {NULL, NULL, 0},
    };
    static const url_case of_gateway[] = {
        {"x",                     "=", REVMAP_NO_BASE},
        {"../x",                  "=", REVMAP_NO_BASE},
        {"/app/x",                "/p/x", 0},
        {"http://pub.test/app/x", "/p/x", 0},
        {"http://b.test/app/x",   "=", REVMAP_FOREIGN},
        {NULL, NULL, 0},
    };
    /* clang-format on */

    check("/p asks for /", &no_slash, LOCATION, at_no_slash);
    check("another depth", &other_depth, LOCATION, at_other_depth);
    check("a gateway", &gateway, LOCATION, of_gateway);
}

int main(void)
{
    check_cases();
    check_written();
    check_public();
    check_relative();
    check_relative_to_url();
    return done_testing();
}
