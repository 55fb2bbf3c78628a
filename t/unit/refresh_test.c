/* SPDX-License-Identifier: Apache-2.0 */

/* The Refresh field: "shared declarative refresh steps" of the HTML standard.
 */

#include "field.h"

#include "revmap/refresh.h"

/* clang-format off */

#define B "http://b.test:8080/"

static const setting site = {
    .lines = {"/p/ " B},
    .requested = B "page",
    .asked = "https://www.test/p/page",
    .own = "https://www.test",
    .is_200 = 1,
};

static const field fields[] = {
    {"as most write it", "5; url=" B "x", "5; url=/p/x", REVMAP_MAPPED},
    {"as most write it", "0;URL=" B "x?y#z", "0;URL=/p/x?y#z", 0},
    {"a path", "5; url=/x", "5; url=/p/x", 0},
    {"the page itself is no loop", "5; url=" B "page", "5; url=/p/page", 0},
    {"relative", "5; url=x", "=", REVMAP_READS_RIGHT},
    {"relative that leaves", "5; url=../../x", "5; url=/p/x", 0},
    {"foreign", "5; url=http://other.test/", "=", REVMAP_FOREIGN},
    {"no http", "5; url=mailto:a@b.test", "=", REVMAP_BAD_SCHEME},

    {"no URL", "5", "=", REVMAP_NOTHING},
    {"no URL", "5 ", "=", REVMAP_NOTHING},
    {"no URL", "5;", "=", REVMAP_NOTHING},
    {"no URL", " 5 , ", "=", REVMAP_NOTHING},
    {"an empty URL", "5; url=", "=", REVMAP_SAME_DOCUMENT},
    {"an empty URL", "5; url=\"", "=", REVMAP_SAME_DOCUMENT},
    {"an empty URL", "5; ''" B, "=", REVMAP_SAME_DOCUMENT},
    {"nothing", "", "=", REVMAP_NOTHING},
    {"nothing", " \t", "=", REVMAP_NOTHING},

    {"comma", "5, url=" B "x", "5, url=/p/x", 0},
    {"no blank", "5,url=" B "x", "5,url=/p/x", 0},
    {"a blank for separator", "5 url=" B "x", "5 url=/p/x", 0},
    {"a TAB for separator", "5\turl=" B "x", "5\turl=/p/x", 0},
    {"blanks everywhere", "\t 5 \t; \turl \t= \t" B "x \t",
     "\t 5 \t; \turl \t= \t/p/x \t", 0},
    {"url in any case", "5; uRl=" B "x", "5; uRl=/p/x", 0},
    {"without url=", "5; " B "x", "5; /p/x", 0},
    {"without url=, a path", "5;/x", "5;/p/x", 0},
    {"fractions", "0.5; url=/x", "0.5; url=/p/x", 0},
    {"fractions", ".5..; url=/x", ".5..; url=/p/x", 0},
    {"a long number", "99999999999999999999999; url=/x",
     "99999999999999999999999; url=/p/x", 0},
    {"two separators", "5;;/x", "=", REVMAP_READS_RIGHT},
    {"url without '='", "5; url /x", "=", REVMAP_READS_RIGHT},
    {"url without '='", "5; url/../../../x", "5; /p/x", 0},
    {"ur", "5; ur=/x", "=", REVMAP_READS_RIGHT},
    {"url twice", "5; url=url=/x", "=", REVMAP_READS_RIGHT},
    {"a comma in the URL", "5; url=/a,b;c", "5; url=/p/a,b;c", 0},
    {"a blank in the URL", "5; url=/a b", "5; url=/p/a b", 0},

    {"double quotes", "5; url=\"" B "x\"", "5; url=\"/p/x\"", 0},
    {"single quotes", "5; url='/x'", "5; url='/p/x'", 0},
    {"quotes without url=", "5; \"/x\"", "5; \"/p/x\"", 0},
    {"behind the quote", "5; url='/x' " B "y", "5; url='/p/x' " B "y", 0},
    {"the other quote inside", "5; url=\"/it's\"", "5; url=\"/p/it's\"", 0},
    {"the other quote inside", "5; url='/\"x\"'", "5; url='/p/\"x\"'", 0},
    {"an open quote", "5; url='" B "x", "5; url='/p/x", 0},
    {"an open quote", "5; url=\"/x' ", "5; url=\"/p/x' ", 0},
    {"quotes inside", "5; url=/x\"y'z", "5; url=/p/x\"y'z", 0},
    {"no escapes in quotes", "5; url=\"/x?\\\"y\"", "5; url=\"/p/x?\\\"y\"",
     0},
    {"blanks in quotes", "5; url=\" /x\t\"", "5; url=\" /p/x\t\"", 0},
    {"a blank before two slashes", "5; url=\" //evil.test/\"", "=",
     REVMAP_FOREIGN},
    {"a blank before two slashes", "5; url=' //b.test:8080/'",
     "5; url=' /p/'", 0},
    {"a backslash", "5; url=/\\evil.test/", "=", REVMAP_BAD_BACKSLASH},

    {"no number", "url=/x", "=", REVMAP_NOTHING},
    {"no number", ";/x", "=", REVMAP_NOTHING},
    {"no number", "/x", "=", REVMAP_NOTHING},
    {"no number", "-1; url=/x", "=", REVMAP_NOTHING},
    {"no number", "+1; url=/x", "=", REVMAP_NOTHING},
    {"no separator", "5url=/x", "=", REVMAP_NOTHING},
    {"no separator", "5/x", "=", REVMAP_NOTHING},
    {"no separator", "1e0; url=/x", "=", REVMAP_NOTHING},

    {"control byte", "5; url=/x\n", "=", REVMAP_BAD_BYTE},
    {"control byte", "5;\rurl=/x", "=", REVMAP_BAD_BYTE},
    {"control byte", "5; url='/x'\x7F", "=", REVMAP_BAD_BYTE},
    {"TAB inside", "5; url=/\t/evil.test", "=", REVMAP_BAD_BYTE},
    {"bytes above", "5; url=/\xC3\xA4", "5; url=/p/\xC3\xA4", 0},
};

static const setting root = {
    .lines = {"/ " B "app/"},
    .requested = B "app/page",
    .asked = "https://www.test/page",
    .own = "https://www.test",
};

static const field guarded[] = {
    {"two slashes", "5; url=/app//evil.test/", "5; url=/.//evil.test/", 0},
    {"two slashes", "5;'" B "app//evil.test/'", "5;'/.//evil.test/'", 0},
};

static const setting quote = {
    .lines = {"/it's/ /x/"},
    .requested = B "page",
    .asked = "https://www.test/page",
    .own = "https://www.test",
};

static const field unfit[] = {
    {"single quotes", "5; url='/x/1'", "=", REVMAP_UNFIT},
    {"an open single quote", "5; url='/x/1", "=", REVMAP_UNFIT},
    {"double quotes", "5; url=\"/x/1\"", "5; url=\"/it's/1\"", 0},
    {"bare", "5; url=/x/1", "5; url=/it's/1", 0},
};

/* RevMapOrigin server, or a URL. */
static const setting absolute = {
    .lines = {"/p/ " B},
    .requested = B "page",
    .asked = "https://www.test/p/page",
    .own = "https://www.test",
    .absolute = 1,
};

static const field with_origin[] = {
    {"an absolute one stays", "5; url=" B "x", "5; url=https://www.test/p/x",
     0},
    {"a path stays", "5; url=/x", "5; url=/p/x", 0},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_costs(void)
{
    static const char *const texts[] = {
        " ", ";", ",", "0", ".", "\"", "'", "url=", "u", "/a", "\\", "a/",
    };
    static const char *const heads[] = {"", "5;", "5; url=", "5; url=\""};
    size_t i;
    size_t j;

    for (i = 0; i < COUNT(texts); i++) {
        for (j = 0; j < COUNT(heads); j++) {
            check_linear(&site, revmap_refresh_map, heads[j], texts[i]);
        }
    }
    check_no_allocation(&site, revmap_refresh_map,
                        "5; url=\"http://other.test/\"");
    check_no_allocation(&site, revmap_refresh_map, "5");
}

static void check_odd(void)
{
    static const char *const pieces[] = {
        "5",   "5; ", "5",  ";",    ",", " ",  "\t", "url",
        "url", "=",   "\"", "'",    "u", B,    B,    "url=" B,
        "URL", B "x", "\\", "5, '", "?", "\"", "#",  "http://o.test/",
    };
    setting set = site;

    /* The public side has to be told from the rest of the field. */
    set.lines[0] = "https://www.test/p/ " B;
    set.requested = B;
    set.asked = "https://www.test/p/";
    check_random(&set, revmap_refresh_map, pieces, COUNT(pieces),
                 "https://www.test/p/");
}

/* ---- public vectors ----------------------------------------------------- */

static int placed;

static void check_identity(const char *value)
{
    static const setting set = {
        .lines = {"/ http://www.test/"},
        .requested = "http://www.test/dir/page",
        .asked = "http://www.test/dir/page",
        .own = "http://www.test",
    };
    revmap_outcome outcome;
    world w = world_of(&set);

    is_str(map_field(&w, revmap_refresh_map, value, &outcome), "=",
           "identity of '%s'", value);
    end_world(&w);
}

static int has_control_byte(const char *text)
{
    return strpbrk(text, "\r\n\f") != NULL;
}

/* What a browser takes for the URL becomes one of the backend; where it takes
 * none, a URL of the backend stays. */
static void check_vector(apr_pool_t *pool, const char *input, const char *url)
{
    const char *from = url && *url ? url : "foo";
    int stays = from != url || has_control_byte(input);
    world w = world_of(&site);
    revmap_outcome outcome;
    const char *ours;

    check_identity(input);
    if (strstr(input, from)) {
        ours = replace_one(pool, input, input, from, B "n?o;p,q");
        is_str(map_field(&w, revmap_refresh_map, ours, &outcome),
               stays ? "="
                     : replace_one(pool, input, input, from, "/p/n?o;p,q"),
               "'%s'", ours);
        placed += !stays;
    }
    end_world(&w);
}

/* [{"input": "...", "expected": [1, "url"], ...},
 *  {"input": "...", "url": "...", ...}, ...] */
static void read_vectors(apr_pool_t *pool, const char *from)
{
    const char *input = NULL;
    const char *url = NULL;
    const char *key = "";
    json_token token;

    while (next_token(pool, &from, &token)) {
        if (token.type == '{') {
            input = url = NULL;
        }
        else if (token.type == '}') {
            check_vector(pool, input, url);
        }
        else if (token.type == 'k') {
            key = token.text;
        }
        else if (token.type == 's' && !strcmp(key, "input")) {
            input = token.text;
        }
        else if (token.type == 's') {
            url = token.text;
        }
    }
}

static void check_vectors(void)
{
    static const char *const files[] = {
        "../shared/vectors/wpt-refresh/refresh-parsing.json",
        "../shared/vectors/wpt-refresh/"
        "chromium-http_parsers_test-ParseHTTPRefresh.json",
    };
    apr_pool_t *pool = new_pool();
    int found = 0;
    size_t i;

    for (i = 0; i < COUNT(files); i++) {
        const char *text = read_all(pool, files[i]);

        if (text) {
            found++;
            read_vectors(pool, text);
        }
    }
    ok(!found || placed > 30, "%d vectors of %d files mapped", placed, found);
    apr_pool_destroy(pool);
}

int main(void)
{
    check_fields(&site, revmap_refresh_map, fields, COUNT(fields));
    check_fields(&root, revmap_refresh_map, guarded, COUNT(guarded));
    check_fields(&quote, revmap_refresh_map, unfit, COUNT(unfit));
    check_fields(&absolute, revmap_refresh_map, with_origin,
                 COUNT(with_origin));
    check_costs();
    check_odd();
    check_vectors();
    return done_testing();
}
