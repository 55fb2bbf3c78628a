/* SPDX-License-Identifier: Apache-2.0 */

/* RevMapQuery: URLs in the parameters of a query. */

#include "field.h"

#include "revmap/htmx.h"
#include "revmap/link.h"
#include "revmap/htmx.h"
#include "revmap/refresh.h"

/* clang-format off */

#define B "http://b.test:8080"
#define P "https://www.test/p"
#define EB "http%3A%2F%2Fb.test%3A8080"
#define EP "https%3A%2F%2Fwww.test%2Fp"
#define SSO "https://sso.test/login"

static const setting site = {
    .lines = {"/p/ " B "/", "/s/ http://s.test/x/", "! " B "/static/",
              "query next", "query ReturnUrl", "query a[b]", "query p\xC3\xA4"
},
    .requested = B "/page",
    .asked = P "/page",
    .own = "https://www.test",
};

static const field fields[] = {
    {"in a URL that is mapped", B "/login?next=" EB "%2Fx",
     "/p/login?next=" EP "%2Fx", REVMAP_MAPPED},
    {"in a path", "/login?next=" EB "%2Fx", "/p/login?next=" EP "%2Fx", 0},
    {"in a foreign one", SSO "?next=" EB "%2Fx", SSO "?next=" EP "%2Fx",
     REVMAP_MAPPED},
    {"in one that is public", "/p/login?next=" EB "%2Fx",
     "/p/login?next=" EP "%2Fx", REVMAP_MAPPED},
    {"in one that is excluded", B "/static/?next=" EB "%2Fx",
     B "/static/?next=" EP "%2Fx", REVMAP_MAPPED},
    {"in one that is relative", "login?next=" EB "%2Fx",
     "login?next=" EP "%2Fx", REVMAP_MAPPED},
    {"in one that is relative and leaves", "../../login?next=" EB "%2Fx",
     "/p/login?next=" EP "%2Fx", REVMAP_MAPPED},
    {"in one that is a query", "?next=" EB "%2Fx", "?next=" EP "%2Fx", 0},
    {"without a scheme", "//sso.test/?next=" EB "%2Fx",
     "//sso.test/?next=" EP "%2Fx", 0},
    {"blanks around it", " " SSO "?next=" EB " ", " " SSO "?next=" EP "%2F ",
     0},
    {"not in one that is screened", "ftp://sso.test/?next=" EB, "=",
     REVMAP_BAD_SCHEME},
    {"not in one that is screened", "http://u@sso.test/?next=" EB, "=",
     REVMAP_BAD_USERINFO},
    {"not in one that is screened", "/\\sso.test/?next=" EB, "=",
     REVMAP_BAD_BACKSLASH},
    {"not in one that is screened", SSO "?a=\x01&next=" EB, "=",
     REVMAP_BAD_BYTE},
    {"not in one that is screened", SSO "?next=" EB "#\x7F", "=",
     REVMAP_BAD_BYTE},
    {"not in one that is screened", "\x0B" SSO "?next=" EB, "=",
     REVMAP_BAD_BYTE},
    {"not in one that is screened", SSO "?a=\t&next=" EB, "=",
     REVMAP_BAD_BYTE},
    {"not in the path", "https://sso.test/next=" EB "%2Fx", "=",
     REVMAP_FOREIGN},
    {"not a relative one", SSO "?next=https/../../x", "=", REVMAP_FOREIGN},
    {"not in the fragment", SSO "#?next=" EB "%2Fx", "=", REVMAP_FOREIGN},
    {"not in the fragment", SSO "?a=b#next=" EB "%2Fx", "=", REVMAP_FOREIGN},
    {"up to the fragment", SSO "?next=" EB "%2Fx#next=" EB,
     SSO "?next=" EP "%2Fx#next=" EB, 0},

    {"the other parameters stay", SSO "?a=" EB "&next=" EB "%2Fx&b=1&c",
     SSO "?a=" EB "&next=" EP "%2Fx&b=1&c", 0},
    {"several", SSO "?next=" EB "%2Fx&ReturnUrl=" EB "%2Fy&next=" EB "%2Fz",
     SSO "?next=" EP "%2Fx&ReturnUrl=" EP "%2Fy&next=" EP "%2Fz", 0},
    {"names are compared with case", SSO "?Next=" EB "&returnurl=" EB, "=",
     REVMAP_FOREIGN},
    {"names are compared as a whole", SSO "?nextx=" EB "&xnext=" EB "&nex="
     EB, "=", REVMAP_FOREIGN},
    {"names with escapes", SSO "?%6eext=" EB "%2Fx&n%65x%74=" EB "%2Fy",
     SSO "?%6eext=" EP "%2Fx&n%65x%74=" EP "%2Fy", 0},
    {"names with escapes", SSO "?a%5Bb%5D=" EB "%2Fx&a[b]=" EB "%2Fx",
     SSO "?a%5Bb%5D=" EP "%2Fx&a[b]=" EP "%2Fx", 0},
    {"names with escapes", SSO "?p%C3%A4=" EB "%2Fx&p\xC3\xA4=" EB "%2Fx",
     SSO "?p%C3%A4=" EP "%2Fx&p\xC3\xA4=" EP "%2Fx", 0},
    {"names that are no name", SSO "?next%=" EB "&%zznext=" EB "&=" EB
     "&%00next=" EB "&next%00=" EB, "=", REVMAP_FOREIGN},
    {"no value", SSO "?next&next=&next==&&=&next", "=", REVMAP_FOREIGN},
    {"';' separates nothing", SSO "?a=b;next=" EB, "=", REVMAP_FOREIGN},
    {"';' separates nothing", SSO "?next=" B "/x;next=" EB "&a",
     SSO "?next=" P "/x;next=" EB "&a", 0},
    {"'=' in a value", SSO "?next=" B "/x?a=b", SSO "?next=" P "/x?a=b", 0},

    {"not escaped", SSO "?next=" B "/x", SSO "?next=" P "/x", 0},
    {"a root", SSO "?next=" B, SSO "?next=" P "/", 0},
    {"a root", SSO "?next=" EB, SSO "?next=" EP "%2F", 0},
    {"lower case", SSO "?next=http%3a%2f%2fb.test%3a8080%2fx",
     SSO "?next=https%3a%2f%2fwww.test%2fp%2fx", 0},
    {"the first letter tells", SSO "?next=http%3a%2F%2Fb.test%3A8080%2Fx",
     SSO "?next=https%3a%2f%2fwww.test%2fp%2Fx", 0},
    {"only colons", SSO "?next=http%3A//b.test%3A8080/x",
     SSO "?next=https%3A//www.test/p/x", 0},
    {"only slashes", SSO "?next=http:%2F%2Fb.test:8080%2Fx",
     SSO "?next=https:%2F%2Fwww.test%2Fp%2Fx", 0},
    {"more than is needed", SSO "?next=%68ttp%3A%2F%2Fb%2Etest%3A8080%2Fx",
     SSO "?next=%68ttps%3A%2F%2Fwww%2Etest%2Fp%2Fx", 0},
    {"what is behind keeps its bytes", SSO "?next=" EB
     "%2Fx%20y+z%3fa%3Db%26c%25d~%7e!", SSO "?next=" EP
     "%2Fx%20y+z%3fa%3Db%26c%25d~%7e!", 0},
    {"a query of its own", SSO "?next=" EB "%2Fx%3Fnext%3D" EB,
     SSO "?next=" EP "%2Fx%3Fnext%3D" EB, 0},
    {"escaped twice", SSO "?next=http%253A%252F%252Fb.test%253A8080%252Fx",
     "=", REVMAP_FOREIGN},
    {"dot segments", SSO "?next=" EB "%2Fa%2F..%2Fx+y%C3%A4%26",
     SSO "?next=" EP "%2Fx%20y%C3%A4%26", 0},
    {"dot segments", SSO "?next=" B "/a/../x'(y)", SSO "?next=" P "/x'(y)",
     0},
    {"dot segments", SSO "?next=" B "/a/../x\"y", SSO "?next=" P "/x%22y", 0},
    {"by another rule", SSO "?next=http%3A%2F%2Fs.test%2Fx%2Fy",
     SSO "?next=https%3A%2F%2Fwww.test%2Fs%2Fy", 0},

    {"a path", SSO "?next=%2Fx", "=", REVMAP_FOREIGN},
    {"without a scheme", SSO "?next=%2F%2Fb.test%3A8080%2Fx", "=",
     REVMAP_FOREIGN},
    {"a blank before it", SSO "?next=+" EB "%2Fx", "=", REVMAP_FOREIGN},
    {"a blank behind it", SSO "?next=" EB "%2Fx+", "=", REVMAP_FOREIGN},
    {"dots, with blanks behind them", SSO "?next=" EB "%2Fa%2F..+%20", "=",
     REVMAP_FOREIGN},
    {"foreign", SSO "?next=https%3A%2F%2Fother.test%2F", "=", REVMAP_FOREIGN},
    {"public", SSO "?next=" EP "%2Fx", "=", REVMAP_FOREIGN},
    {"excluded", SSO "?next=" EB "%2Fstatic%2Fx", "=", REVMAP_FOREIGN},
    {"screened: a user name", SSO "?next=" EB "%40evil.test%2F", "=",
     REVMAP_FOREIGN},
    {"screened: a backslash", SSO "?next=" EB "%5Cx", "=", REVMAP_FOREIGN},
    {"screened: a control byte", SSO "?next=" EB "%2Fx%0D%0Ay", "=",
     REVMAP_FOREIGN},
    {"screened: a control byte", SSO "?next=" EB "%2F%00", "=",
     REVMAP_FOREIGN},
    {"screened: a control byte", SSO "?next=" EB "%2Fx%7f", "=",
     REVMAP_FOREIGN},
    {"screened: a port", SSO "?next=" EB "1%2F", "=", REVMAP_FOREIGN},
    {"screened: a blank in the host", SSO "?next=http://b.test+:8080/", "=",
     REVMAP_FOREIGN},
    {"screened: escaped twice", SSO "?next=http://b%252Etest:8080/", "=",
     REVMAP_FOREIGN},
    {"no escape", SSO "?next=" EB "%2", "=", REVMAP_FOREIGN},
    {"no escape", SSO "?next=" EB "%2Fx%", "=", REVMAP_FOREIGN},
    {"no escape", SSO "?next=" EB "%2G", "=", REVMAP_FOREIGN},
    {"too short", SSO "?next=http", "=", REVMAP_FOREIGN},
    {"too short", SSO "?next=http:", "=", REVMAP_FOREIGN},
    {"another scheme", SSO "?next=httpx://b.test:8080/", "=", REVMAP_FOREIGN},

};

/* What the rules put there has to be escaped. */
static const setting odd = {
    .lines = {"/p%20q;a=b,c/ " B "/", "http://[2001:db8::1]:81/v/ http://s/",
              "query next", "rewrite http://r/(.*) /r?for=<\"$1&+\">"},
    .requested = B "/page",
    .asked = "https://www.test/p%20q;a=b,c/page",
    .own = "https://www.test",
};

static const field escaped[] = {
    {"an escape", SSO "?next=" EB "%2Fx",
     SSO "?next=https%3A%2F%2Fwww.test%2Fp%2520q%3Ba%3Db%2Cc%2Fx", 0},
    {"an escape", SSO "?next=" B "/x",
     SSO "?next=https://www.test/p%2520q%3Ba%3Db%2Cc/x", 0},
    {"as the value has it", SSO "?next=" B "/x,;=",
     SSO "?next=https://www.test/p%2520q;a=b,c/x,;=", 0},
    {"an address", SSO "?next=http:%2f%2fs%2fx",
     SSO "?next=http:%2f%2f%5b2001:db8::1%5d:81%2fv%2fx", 0},
    {"bytes that end something", SSO "?next=http%3A//r/x",
     SSO "?next=https%3A//www.test/r%3Ffor%3D%3C%22x%26%2B%22%3E", 0},
};

/* Without an origin there is no absolute form. */
static const setting nameless = {
    .lines = {"/p/ " B "/", "https://o.test/ http://o.internal/", "query next"},
    .requested = B "/page",
    .asked = P "/page",
};

static const field absolute[] = {
    {"no origin", "/x?next=" EB "%2Fx", "/p/x?next=" EB "%2Fx", 0},
    {"no origin", SSO "?next=" EB "%2Fx", "=", REVMAP_FOREIGN},
    {"the rule has one", SSO "?next=http://o.internal/x",
     SSO "?next=https://o.test/x", 0},
};

/* A regular expression whose public side has a query of its own. */
static const setting rewritten = {
    .lines = {"rewrite " B "/a /b?c=d", "rewrite " B "/e /f", "query next"},
    .requested = B "/page",
    .asked = P "/page",
    .own = "https://www.test",
};

static const field suffixes[] = {
    {"which takes its place", B "/a?next=" B "/e", "/b?c=d", 0},
    {"which takes its place", B "/a?next=" B "/e#x", "/b?c=d#x", 0},
    {"or not", B "/e?next=" B "/e#x", "/f?next=https://www.test/f#x", 0},
};

/* The client has asked for what the parameter is mapped to. */
static const setting asked = {
    .lines = {"/p/ " B "/", "query next"},
    .requested = B "/login?next=" P "/x",
    .asked = P "/login?next=" P "/x",
    .own = "https://www.test",
};

static const field loops[] = {
    {"it would loop", "/login?next=" B "/x", "/p/login?next=" B "/x", 0},
    {"it would loop", B "/login?next=" B "/x", "/p/login?next=" B "/x", 0},
    {"it would loop", "login?next=" B "/x", "=", 0},
    {"it would loop", "?next=" B "/x", "=", 0},
    {"it would loop", P "/login?next=" B "/x", "=", 0},
    {"it would loop", "/p/%6Cogin?next=" B "/x#y", "=", 0},
    {"another path", "/other?next=" B "/x", "/p/other?next=" P "/x", 0},
    {"another query", "/login?next=" B "/y", "/p/login?next=" P "/y", 0},
    {"another host", SSO "?next=" B "/x", SSO "?next=" P "/x", 0},
    {"another host", "https://sso.test/p/login?next=" B "/x",
     "https://sso.test/p/login?next=" P "/x", 0},
};

static const field links[] = {
    {"Link", "</x?next=" EB "%2Fx>; rel=next, <" SSO "?next=" B "/x>; anchor=\""
     SSO "?next=" EB "\"", "</p/x?next=" EP "%2Fx>; rel=next, <" SSO "?next=" P
     "/x>; anchor=\"" SSO "?next=" EP "%2F\"", 0},
    {"imagesrcset", "<x>; imagesrcset=\"/i?next=" B "/x 1x, /j 2x\"",
     "<x>; imagesrcset=\"/p/i?next=" P "/x 1x, /p/j 2x\"", 0},
    {"never rel", "<#x>; rel=\"" SSO "?next=" B "/x\"", "=", 0},
};

static const field refreshes[] = {
    {"Refresh", "5; url=" SSO "?next=" EB "%2Fx",
     "5; url=" SSO "?next=" EP "%2Fx", 0},
    {"Refresh, quoted", "5; url='/x?next=" B "/a/../(x)' y",
     "5; url='/p/x?next=" P "/(x)' y", 0},
};

static const field htmx[] = {
    {"HX-Location", SSO "?next=" EB "%2Fx", SSO "?next=" EP "%2Fx", 0},
    {"JSON", "{\"path\":\"\\/x?next=http:\\/\\/b.test:8080\\/x\\/y\"}",
     "{\"path\":\"/p\\/x?next=https://www.test/p\\/x\\/y\"}", 0},
    {"JSON", "{\"path\":\"\\/x?a\\u003d1\\u0026n\\u0065xt\\u003d" EB
     "\\u00252Fy\\\"\"}", "{\"path\":\"/p\\/x?a\\u003d1\\u0026n\\u0065xt\\u003d"
     EP "\\u00252Fy\\\"\"}", 0},
    {"JSON, dot segments", "{\"path\":\"/x?next=" B "/a/../y\\\"\"}",
     "{\"path\":\"/p/x?next=" P "/y%22\"}", 0},
    {"JSON, foreign", "{\"path\":\"" SSO "?next=" B "/x\"}",
     "{\"path\":\"" SSO "?next=" P "/x\"}", 0},
};

static const struct {
    const char *word;
    const char *bad;
} errors[] = {
    {"",      "''"},
    {"next=", "'next='"},
    {"?next", "'?next'"},
    {"a&b",   "'a&b'"},
    {"a#b",   "'a#b'"},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void map_location(const revmap_exchange *exchange, revmap_slice value,
                         apr_pool_t *pool, revmap_outcome *outcome)
{
    char *text = exact(apr_pstrmemdup(pool, value.ptr, value.len));

    revmap_header_map(exchange, revmap_slice_of(text), pool, outcome,
                      revmap_header_find(NULL, "Location"));
    free(text);
}

static void check_errors(void)
{
    apr_pool_t *pool = new_pool();
    revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));
    size_t i;

    for (i = 0; i < COUNT(errors); i++) {
        const char *error = revmap_query_add(map, errors[i].word);

        ok(error && strstr(error, errors[i].bad) && strstr(error, "write"),
           "'%s' is refused: %s", errors[i].word, error ? error : "it is not");
    }
    apr_pool_destroy(pool);
}

/* Sections add to what they inherit, unless they begin afresh. */
static void check_sections(void)
{
    static const setting sections = {
        .lines = {"/p/ " B "/", "query next", "<inner>", "query back"},
        .requested = B "/page",
        .asked = P "/page",
        .own = "https://www.test",
    };
    static const field before = {"inherited", SSO "?next=" B "&back=" B,
                                 SSO "?next=" P "/&back=" P "/", 0};
    static const field after = {"none", SSO "?next=" B "&back=" B "&to=" B,
                                SSO "?next=" B "&back=" B "&to=" P "/", 0};
    static const field rules = {"no rules", SSO "?next=" B, "=", 0};
    world w = world_of(&sections);

    check_field(&w, map_location, &before);
    revmap_map_start_afresh(w.map, REVMAP_FRESH_QUERY);
    must(revmap_query_add(w.map, "to"), "to");
    check_field(&w, map_location, &after);
    revmap_map_start_afresh(w.map, REVMAP_FRESH_RULES);
    check_field(&w, map_location, &rules);
    end_world(&w);
}

/* What is mapped is public, and stays. */
static void check_idempotence(void)
{
    world w = world_of(&site);
    revmap_outcome outcome;
    size_t i;

    for (i = 0; i < COUNT(fields); i++) {
        const char *once =
            map_field(&w, map_location, fields[i].value, &outcome);

        if (strcmp(once, "=")) {
            is_str(map_field(&w, map_location, once, &outcome), "=",
                   "a second time: '%s'", once);
        }
    }
    end_world(&w);
}

/* As a string of JSON, in which a slash is escaped. */
static void map_json(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_slice parts[3];

    parts[0] = REVMAP_LITERAL("{\"path\":\"\\/");
    parts[1] = value;
    parts[2] = REVMAP_LITERAL("\"}");
    revmap_htmx_map(exchange,
                    revmap_slice_of(revmap_slice_join(pool, parts, 3)), pool,
                    outcome);
}

static void check_costs(void)
{
    static const char *const texts[] = {
        "&",
        "=",
        "next=",
        ("&next=" B "/x"),
        ("&next=" EB),
        "%6e",
        "%",
        "?",
        "#",
        "&n%65xt=",
        "/",
        "%2F",
        "&next=http://b.test:8080/a/../b",
        "/a/%2e%2e/b%20+",
    };
    static const char *const heads[] = {
        "", SSO "?", "/x?next=" B, "?next=" EB, "?next=" B "/..",
    };
    size_t i;
    size_t j;

    for (i = 0; i < COUNT(texts); i++) {
        for (j = 0; j < COUNT(heads); j++) {
            check_linear(&site, map_location, heads[j], texts[i]);
        }
    }
    check_linear(&site, map_json, "?", "&next=" B "/x");
    check_linear(&site, map_json, "?", "&next=" EB "\\/a\\/..\\/x");
    check_no_allocation(&site, revmap_refresh_map,
                        "5; url=" SSO "?a=" EB "&next=x&b");
}

static void check_odd(void)
{
    static const char *const pieces[] = {
        "next=",
        "next=" B "/",
        "next=" B "/",
        "?",
        "&",
        "=",
        "%6eext=",
        "%",
        "#",
        "x",
        "https://sso.test/?",
        "next=http:%2F%2Fo.test",
        "%2F",
        ("&next=" B "/x"),
        "+",
        ";",
        "%00",
        "ReturnUrl=" B "/",
    };
    setting set = site;

    set.lines[0] = "https://www.test/p/ " B "/";
    set.requested = B "/";
    set.asked = P "/";
    check_random(&set, map_location, pieces, COUNT(pieces), P "/");
}

int main(void)
{
    check_fields(&site, map_location, fields, COUNT(fields));
    check_fields(&odd, map_location, escaped, COUNT(escaped));
    check_fields(&nameless, map_location, absolute, COUNT(absolute));
    check_fields(&rewritten, map_location, suffixes, COUNT(suffixes));
    check_fields(&asked, map_location, loops, COUNT(loops));
    check_fields(&site, revmap_link_map, links, COUNT(links));
    check_fields(&site, revmap_refresh_map, refreshes, COUNT(refreshes));
    check_fields(&site, revmap_htmx_map, htmx, COUNT(htmx));
    check_errors();
    check_sections();
    check_idempotence();
    check_costs();
    check_odd();
    return done_testing();
}
