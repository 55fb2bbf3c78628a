/* SPDX-License-Identifier: Apache-2.0 */

/* Content-Security-Policy, and lists of origins. */

#include "field.h"

#include "revmap/origins.h"

/* clang-format off */

#define B "http://b.test:8080"
#define W "https://www.test"

static const setting site = {
    .lines = {"/p/ " B "/", "https://api.test/v1/ http://api.internal/",
              "/d/ http://data/"},
    .requested = B "/items",
    .asked = W "/p/items",
    .own = W,
    .is_200 = 1,
};

static const field fields[] = {
    {"an origin", B, W, REVMAP_MAPPED},
    {"blanks", " " B "\t", " " W "\t", 0},
    {"in any case", "HTTP://B.Test:08080", W, 0},
    {"another backend's", "http://api.internal", "https://api.test", 0},
    {"another backend's", "http://api.internal:80", "https://api.test", 0},
    {"foreign", "http://b.test", "=", REVMAP_FOREIGN},
    {"public", W, "=", REVMAP_ASKED_HOST},
    {"any", "*", "=", REVMAP_NOTHING},
    {"null", "null", "=", REVMAP_NOTHING},
    {"no origin: a path", B "/", "=", REVMAP_NOTHING},
    {"no origin: a path", B "/x", "=", REVMAP_NOTHING},
    {"no origin: a query", B "?x", "=", REVMAP_NOTHING},
    {"no origin: a user", "http://u@b.test:8080", "=", REVMAP_NOTHING},
    {"no origin: a port", "http://b.test:80801", "=", REVMAP_NOTHING},
    {"no origin: no scheme", "b.test:8080", "=", REVMAP_NOTHING},
    {"a list", B ", *,null , http://o.test,http://api.internal",
     W ", *,null , http://o.test,https://api.test", 0},
    {"a list with blanks", "http://o.test " B "  " B "/x " B,
     "http://o.test " W "  " B "/x " W, 0},
    {"nothing", "", "=", REVMAP_NOTHING},
    {"control byte", B "\r", "=", REVMAP_BAD_BYTE},

    {"a policy", "default-src 'self' " B "; script-src " B "/js/ 'unsafe-eval'",
     "default-src 'self' " W "; script-src " W "/p/js/ 'unsafe-eval'", 0},
    {"a policy without blanks", "img-src " B ";font-src " B "/f",
     "img-src " W ";font-src " W "/p/f", 0},
    {"several policies", "img-src " B ",img-src " B, "img-src " W ",img-src " W,
     0},
    {"in any case", "  IMG-Src\t" B, "  IMG-Src\t" W, 0},
    {"fetch directives", "script-src-elem " B ";style-src-attr " B
     ";connect-src " B ";worker-src " B, "script-src-elem " W
     ";style-src-attr " W ";connect-src " W ";worker-src " W, 0},
    {"others with sources", "base-uri " B "/a/;form-action " B "/b;navigate-to "
     B, "base-uri " W "/p/a/;form-action " W "/p/b;navigate-to " W, 0},
    {"frame-ancestors knows origins alone", "frame-ancestors 'none' " B " " B
     "/x/ b.test:8080/y", "frame-ancestors 'none' " W " " W " " W, 0},
    {"nobody's", "img-src ws:// wx://b.test w ws wsa://b wss:// :// a:/b a:b "
     "https://o.test/x //", "=", 0},
    {"a path is no source", "img-src /cs://x x/://b.test " B, "img-src /cs://x "
     "x/://b.test " W, 0},
    {"directives without sources", "sandbox b.test:8080; report-to b.test:8080;"
     "trusted-types b.test:8080; plugin-types " B "; unknown " B
     "; -src " B "; require-trusted-types-for 'script'", "=", REVMAP_NOTHING},
    {"a root", "img-src " B "/", "img-src " W "/p/", 0},
    {"no scheme", "img-src b.test:8080 b.test:8080/x/ api.internal",
     "img-src " W " " W "/p/x/ https://api.test", 0},
    {"no scheme, a name", "img-src data/x", "img-src " W "/d/x", 0},
    {"no scheme, a name", "img-src data", "img-src " W, 0},
    {"a scheme", "img-src data: https: http: data:80", "img-src data: https: "
     "http: " W, 0},
    {"WebSockets", "connect-src ws://b.test:8080 WSS://b.test:8080/x "
     "ws://api.internal/x", "connect-src wss://www.test WSS://b.test:8080/x "
     "wss://api.test/v1/x", 0},
    {"wildcards", "img-src * *.b.test http://*.b.test:8080 b.test:* "
     "http://b.test:*/x *:8080", "=", 0},
    {"nonces and hashes", "script-src 'nonce-b.test:8080' 'sha256-b.test/='",
     "=", REVMAP_NOTHING},
    {"no source: a query", "img-src " B "/x?y " B "#z", "=", REVMAP_NOTHING},
    {"no source: a user", "img-src http://b.test:8080@evil.test/", "=",
     REVMAP_BAD_USERINFO},
    {"foreign", "img-src http://b.test/ b.test evil.test/b.test:8080", "=",
     REVMAP_FOREIGN},
    {"public", "img-src " W "/p/ www.test", "=", REVMAP_ASKED_HOST},
    {"report-uri", "report-uri /csp " B "/csp?x=y csp //b.test:8080/c",
     "report-uri /p/csp " W "/p/csp?x=y csp " W "/p/c", 0},
    {"report-uri, foreign", "report-uri https://o.report-uri.test/x", "=",
     REVMAP_FOREIGN},
    {"a directive twice", "img-src " B "; img-src " B, "img-src " W
     "; img-src " W, 0},
    {"odd separators", ";;, ;img-src " B ";, ;", ";;, ;img-src " W ";, ;", 0},
    {"an origin for a name", B " b.test:8080", W " b.test:8080", 0},
    {"control byte", "img-src " B "; a\x01", "=", REVMAP_BAD_BYTE},
};

/* Below a path of the backend: what it was asked for tells where to. */
static const setting below = {
    .lines = {"https://pub.test/p/ " B "/app/", "/o/ http://o.internal/o/"},
    .requested = B "/app/items",
    .asked = "https://pub.test/p/items",
    .own = W,
};

static const field from_below[] = {
    {"the answering backend's origin", B, "https://pub.test", 0},
    {"with a path", "img-src " B "/app/i/ " B "/other/",
     "img-src https://pub.test/p/i/ " B "/other/", 0},
    {"no scheme", "img-src b.test:8080", "img-src https://pub.test", 0},
    {"another one's, by its root", "http://o.internal", "=", REVMAP_OUTSIDE},
};

/* There is no origin to be written. */
static const setting nameless = {
    .lines = {"/p/ " B "/"},
    .requested = B "/items",
    .asked = W "/p/items",
};

static const field stay[] = {
    {"no origin", B, "=", REVMAP_UNFIT},
    {"no origin", "img-src " B "/x b.test:8080", "=", REVMAP_UNFIT},
    {"a path is enough here", "report-uri /csp", "report-uri /p/csp", 0},
};

/* The backend knows the public host. */
static const setting told = {
    .lines = {"/p/ " B "/ctx/"},
    .requested = B "/ctx/items",
    .asked = "https://www.test/p/items",
    .told = "http://www.test",
    .own = W,
};

static const field public[] = {
    {"by the scheme that it was told", "http://www.test", W, 0},
    {"an upgrade", W, "=", REVMAP_SAME},
    {"no scheme", "img-src www.test", "=", REVMAP_SAME},
    {"no scheme, with a path", "img-src www.test/ctx/i/",
     "img-src " W "/p/i/", 0},
};

/* The site's root is a path of the backend: without a slash at its end that
 * path is one page, with one it would be the whole site. */
static const setting root = {
    .lines = {"/ " B "/app/"},
    .requested = B "/app/items",
    .asked = W "/items",
    .own = W,
};

static const field no_more[] = {
    {"one page is not all", "script-src " B "/app", "=", REVMAP_UNFIT},
    {"no scheme", "script-src b.test:8080/app " B "/app/x",
     "script-src b.test:8080/app " W "/x", 0},
    {"all is all", "script-src " B "/app/", "script-src " W "/", 0},
    {"dot segments match nothing",
     "script-src " B "/app/x/../ " B "/app/%2e/ " B "/app/./x", "=",
     REVMAP_UNFIT},
    {"a URL is no pattern", "report-uri " B "/app", "report-uri " W "/", 0},
};

static const setting odd = {
    .lines = {"/a,b;c/ " B "/x/", "/p/ " B "/"},
    .requested = B "/items",
    .asked = W "/p/items",
    .own = W,
};

static const field unfit[] = {
    {"what would end the source", "img-src " B "/x/1 " B "/y",
     "img-src " B "/x/1 " W "/p/y", 0},
    {"what would end the URL", "report-uri /x/1", "=", REVMAP_UNFIT},
    {"it has no path here", B, W, 0},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_costs(void)
{
    static const char *const texts[] = {
        ",",
        ";",
        " ",
        "a",
        "a ",
        B " ",
        B ",",
        "http:",
        "//",
        "'x' ",
        "img-src " B ";",
        "b.test:8080 ",
        ":",
        "/",
        "ws:",
        "report-uri /x;",
    };
    static const char *const heads[] = {
        "", "img-src ", "img-src " B "/", "report-uri /", B " ", "ws://",
    };
    size_t i;
    size_t j;

    for (i = 0; i < COUNT(texts); i++) {
        for (j = 0; j < COUNT(heads); j++) {
            check_linear(&site, revmap_origins_map, heads[j], texts[i]);
        }
    }
    check_no_allocation(&site, revmap_origins_map, "null");
    check_no_allocation(&site, revmap_origins_map, "script-src 'self' 'x-b'");
}

static void check_odd(void)
{
    static const char *const pieces[] = {
        "img-src ",
        "default-src ",
        " ",
        ";",
        ",",
        B "/",
        "'self'",
        "*",
        "x",
        "'",
        "data:",
        B "/x ",
        "report-uri ",
        "\t",
        "frame-src",
        ":",
        "?",
        "http://o.test ",
        "; img-src " B "/y ",
    };
    setting set = {.requested = B "/", .asked = "https://www.test/p/"};

    set.lines[0] = "https://www.test/p/ " B "/";
    set.own = "https://www.test";
    check_random(&set, revmap_origins_map, pieces, COUNT(pieces),
                 "https://www.test/p/");
}

int main(void)
{
    check_fields(&site, revmap_origins_map, fields, COUNT(fields));
    check_fields(&below, revmap_origins_map, from_below, COUNT(from_below));
    check_fields(&nameless, revmap_origins_map, stay, COUNT(stay));
    check_fields(&told, revmap_origins_map, public, COUNT(public));
    check_fields(&root, revmap_origins_map, no_more, COUNT(no_more));
    check_fields(&odd, revmap_origins_map, unfit, COUNT(unfit));
    check_costs();
    check_odd();
    return done_testing();
}
