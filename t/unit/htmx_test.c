/* SPDX-License-Identifier: Apache-2.0 */

/* HX-Location: a URL, or JSON that holds one. */

#include "field.h"

#include "revmap/htmx.h"

/* clang-format off */

#define B "http://b.test:8080/"
#define P "https://www.test/p/"

static const setting site = {
    .lines = {"/p/ " B},
    .requested = B "items",
    .asked = P "items",
    .own = "https://www.test",
    .is_200 = 1,
};

static const field fields[] = {
    {"a URL becomes a path", B "x?y#z", "/p/x?y#z", REVMAP_MAPPED},
    {"a path", "/x", "/p/x", 0},
    {"blanks around it", " \t/x ", " \t/p/x ", 0},
    {"network-path", "//b.test:8080/x", "/p/x", 0},
    {"foreign", "http://other.test/x", "=", REVMAP_FOREIGN},
    {"already public", "/p/x", "=", REVMAP_ALREADY_PUBLIC},
    {"relative to the page, which is not known", "../../x", "=",
     REVMAP_NO_BASE},
    {"nothing", "", "=", REVMAP_SAME_DOCUMENT},
    {"a brace that is not the first byte", "x{\"path\":\"/x\"}", "=", 0},
    {"another notation of it", "path:/x target:#y", "=", REVMAP_BAD_SCHEME},

    {"JSON", "{\"path\":\"/x\"}", "{\"path\":\"/p/x\"}", REVMAP_MAPPED},
    {"JSON, absolute", "{\"path\":\"" B "x\"}", "{\"path\":\"/p/x\"}", 0},
    {"blanks", " { \"path\" :\t\" /x \" ,\"a\" : 1 } ",
     " { \"path\" :\t\" /p/x \" ,\"a\" : 1 } ", 0},
    {"a TAB behind it", "{\"path\":\"/x\\t\"}", "{\"path\":\"/p/x\\t\"}", 0},
    {"the first of several", "{\"path\":\"/x\", \"target\":\"#y\"}",
     "{\"path\":\"/p/x\", \"target\":\"#y\"}", 0},
    {"the last of several", "{\"target\":\"#y\",\"path\":\"/x\"}",
     "{\"target\":\"#y\",\"path\":\"/p/x\"}", 0},
    {"twice: the last one counts", "{\"path\":\"/x\",\"path\":\"/y\"}",
     "{\"path\":\"/p/x\",\"path\":\"/p/y\"}", 0},
    {"the history", "{\"path\":\"/x\",\"push\":\"/y\",\"replace\":\"" B "z\"}",
     "{\"path\":\"/p/x\",\"push\":\"/p/y\",\"replace\":\"/p/z\"}", 0},
    {"words of the history",
     "{\"path\":\"/x\",\"push\":\"false\",\"replace\":\"true\"}",
     "{\"path\":\"/p/x\",\"push\":\"false\",\"replace\":\"true\"}", 0},
    {"values that are no strings",
     "{\"push\":false,\"n\":-1.5e3,\"z\":null,\"path\":\"/x\"}",
     "{\"push\":false,\"n\":-1.5e3,\"z\":null,\"path\":\"/p/x\"}", 0},
    {"path is no string", "{\"path\":1,\"path\":null,\"path\":[\"/x\"],"
     "\"path\":{\"path\":\"/x\"}}", "=", REVMAP_NOTHING},
    {"nested", "{\"values\":{\"path\":\"/x\"},\"a\":[{\"path\":\"/x\"}]}", "=",
     REVMAP_NOTHING},
    {"behind what is nested",
     "{\"values\":{\"a\":[\"}\",\"\\\"]\",{}]},\"path\":\"/x\"}",
     "{\"values\":{\"a\":[\"}\",\"\\\"]\",{}]},\"path\":\"/p/x\"}", 0},
    {"another name", "{\"Path\":\"/x\",\"paths\":\"/x\",\"pat\":\"/x\","
     "\"\":\"/x\",\" path\":\"/x\"}", "=", REVMAP_NOTHING},
    {"a name with escapes", "{\"p\\u0061\\u0074h\":\"/x\"}",
     "{\"p\\u0061\\u0074h\":\"/p/x\"}", 0},
    {"a name with a bad escape", "{\"p\\x61th\":\"/x\"}", "=", 0},
    {"a value like a name", "{\"a\":\"path\",\"b\":\"/x\"}", "=", 0},
    {"nothing", "{}", "=", REVMAP_NOTHING},
    {"nothing", "{ }", "=", REVMAP_NOTHING},
    {"empty", "{\"path\":\"\"}", "=", REVMAP_SAME_DOCUMENT},
    {"foreign", "{\"path\":\"http://o.test/\"}", "=", REVMAP_FOREIGN},

    {"escaped slashes", "{\"path\":\"http:\\/\\/b.test:8080\\/x\\/y\"}",
     "{\"path\":\"/p\\/x\\/y\"}", 0},
    {"escaped slashes, a path", "{\"path\":\"\\/x\\/y\"}",
     "{\"path\":\"/p\\/x\\/y\"}", 0},
    {"escapes of ASCII", "{\"path\":\"\\u002fx?a=1\\u0026b=\\u003cc\\u003E\"}",
     "{\"path\":\"/p\\u002fx?a=1\\u0026b=\\u003cc\\u003E\"}", 0},
    {"escapes of ASCII", "{\"path\":\"\\u0068ttp://\\u0062.test:8080/x\"}",
     "{\"path\":\"/p/x\"}", 0},
    {"escapes of other characters",
     "{\"path\":\"/\\u00e4\\u20ac\\ud83d\\ude00\"}",
     "{\"path\":\"/p/\\u00e4\\u20ac\\ud83d\\ude00\"}", 0},
    {"escapes behind dot segments",
     "{\"path\":\"/a/../\\u00e4\\u20ac\\uD83D\\uDE00\\u007e\"}",
     "{\"path\":\"/p/%C3%A4%E2%82%AC%F0%9F%98%80~\"}", 0},
    {"bytes above", "{\"path\":\"/\xC3\xA4\"}", "{\"path\":\"/p/\xC3\xA4\"}",
     0},
    {"an escaped quote", "{\"path\":\"/x?\\\"y\\\"\"}",
     "{\"path\":\"/p/x?\\\"y\\\"\"}", 0},
    {"an escaped quote that would be written",
     "{\"path\":\"/a/../x\\\"\"}", "=", REVMAP_UNFIT},
    {"an escaped backslash", "{\"path\":\"/x\\\\y\"}", "=",
     REVMAP_BAD_BACKSLASH},
    {"an escaped backslash in the query", "{\"path\":\"/x?\\\\y\"}",
     "{\"path\":\"/p/x?\\\\y\"}", 0},
    {"an escaped host", "{\"path\":\"\\/\\u002fevil.test\\/\"}", "=",
     REVMAP_FOREIGN},
    {"an escaped user name", "{\"path\":\"http://b.test:8080\\u0040o.test/\"}",
     "=", REVMAP_BAD_USERINFO},
    {"an escaped host outside ASCII", "{\"path\":\"http://b.test\\u3002/\"}",
     "=", REVMAP_BAD_HOST},
    {"a control byte", "{\"path\":\"/x\x01\"}", "=", REVMAP_BAD_BYTE},
    {"a control byte", "{\"path\":\"/x\\n\"}", "=", REVMAP_BAD_BYTE},
    {"a control byte", "{\"path\":\"/x\\u0000\"}", "=", REVMAP_BAD_BYTE},
    {"a control byte", "{\"path\":\"/x\\u0009/x\"}", "=", REVMAP_BAD_BYTE},
    {"a control byte", "{\"path\":\"/x\\u007F\"}", "=", REVMAP_BAD_BYTE},
    {"a TAB that is none", "{\"path\":\"/\t/evil.test/\"}", "=",
     REVMAP_BAD_BYTE},

    {"no escape", "{\"path\":\"/x\\y\"}", "=", REVMAP_NOTHING},
    {"no escape", "{\"path\":\"/x\\u12\"}", "=", REVMAP_NOTHING},
    {"no escape", "{\"path\":\"/x\\u12G4\"}", "=", REVMAP_NOTHING},
    {"no escape", "{\"path\":\"/x\\U0061\"}", "=", REVMAP_NOTHING},
    {"half a character", "{\"path\":\"/x\\ud83d\"}", "=", REVMAP_NOTHING},
    {"half a character", "{\"path\":\"/x\\ud83d\\u0061\"}", "=",
     REVMAP_NOTHING},
    {"half a character", "{\"path\":\"/x\\ude00\"}", "=", REVMAP_NOTHING},
    {"half a character", "{\"path\":\"/x\\ud83d\\n\"}", "=", REVMAP_NOTHING},

    {"up to the error: no end", "{\"path\":\"/x\"", "{\"path\":\"/p/x\"", 0},
    {"up to the error: no comma", "{\"path\":\"/x\" \"push\":\"/y\"}",
     "{\"path\":\"/p/x\" \"push\":\"/y\"}", 0},
    {"up to the error: no quote", "{\"path\":\"/x", "=", REVMAP_NOTHING},
    {"up to the error: no quote", "{\"path\":\"/x\\\"}", "=", REVMAP_NOTHING},
    {"up to the error: no quote", "{\"path\":\"/x\\", "=", REVMAP_NOTHING},
    {"up to the error: no colon", "{\"a\" \"path\":\"/x\"}", "=", 0},
    {"up to the error: no name", "{path:\"/x\"}", "=", 0},
    {"up to the error: no value", "{\"a\":,\"path\":\"/x\"}", "=", 0},
    {"up to the error: an open bracket", "{\"a\":[,\"path\":\"/x\"}", "=", 0},
    {"up to the error: an open quote", "{\"a\":[\"],\"path\":\"/x\"}", "=", 0},
    {"up to the error: a comma more", "{,\"path\":\"/x\"}", "=", 0},
    {"behind the end", "{\"path\":\"/x\"}{\"path\":\"/y\"}",
     "{\"path\":\"/p/x\"}{\"path\":\"/y\"}", 0},
    {"an array", "[{\"path\":\"/x\"}]", "=", 0},
    {"open braces", "{{{{", "=", REVMAP_NOTHING},
};

/* The public side is the root: what was a path must not become a host. */
static const setting root = {
    .lines = {"/ " B "app/"},
    .requested = B "app/items",
    .asked = "https://www.test/items",
    .own = "https://www.test",
};

static const field guarded[] = {
    {"two slashes", "/app//evil.test/", "/.//evil.test/", 0},
    {"two slashes", "{\"path\":\"/app\\/\\/evil.test/\"}",
     "{\"path\":\"/.\\/\\/evil.test/\"}", 0},
    {"two slashes", "{\"path\":\"/app\\u002F/evil.test/\"}",
     "{\"path\":\"/.\\u002F/evil.test/\"}", 0},
};

static const setting quote = {
    .lines = {"rewrite /q(/.*) /y?a=\"b\"$1", "/p/ " B},
    .requested = B "items",
    .asked = P "items",
};

static const field unfit[] = {
    {"a quote", "{\"path\":\"/q/1\",\"push\":\"/x\"}",
     "{\"path\":\"/q/1\",\"push\":\"/p/x\"}", 0},
    {"a quote", "/q/1", "/y?a=\"b\"/1", 0},
};

/* RevMapOrigin is not auto. */
static const setting absolute = {
    .lines = {"/p/ " B},
    .requested = B "items",
    .asked = P "items",
    .own = "https://www.test",
    .absolute = 1,
};

static const field with_origin[] = {
    {"as in a redirect", B "x", P "x", 0},
    {"as in a redirect", "{\"path\":\"" B "x\"}", "{\"path\":\"" P "x\"}", 0},
    {"a path stays one", "{\"path\":\"/x\"}", "{\"path\":\"/p/x\"}", 0},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_costs(void)
{
    static const char *const texts[] = {
        "{",  "[", "\"",  "\\",      "\\\"",         ",",
        ":",  "}", "\\u", "\\u0061", "\"a\":\"b\",", "\"path\":\"/x\",",
        "[]", " ", "\\/", "/",       "{\"path\":",   "\"\"",
    };
    static const char *const heads[] = {
        "", "{", "{\"path\":\"/", "{\"a\":", "{\"a\":[", "{\"", "{\"path\":\"",
    };
    size_t i;
    size_t j;

    for (i = 0; i < COUNT(texts); i++) {
        for (j = 0; j < COUNT(heads); j++) {
            check_linear(&site, revmap_htmx_map, heads[j], texts[i]);
        }
    }
    check_no_allocation(&site, revmap_htmx_map,
                        "{\"path\":\"http://other.test/\",\"push\":\"x\"}");
}

static void check_odd(void)
{
    static const char *const pieces[] = {
        "{",
        "}",
        "\"",
        "\\",
        ":",
        ",",
        " ",
        "[",
        "]",
        B,
        B,
        "\"path\"",
        "path",
        "{\"path\":\"",
        "\t",
        "#",
        "?",
        "\\u0061",
        "{\"push\":\"" B "x\",",
        "x",
        ("\"path\":\"" B),
    };
    setting set = site;

    /* The public side has to be told from the rest of the field. */
    set.lines[0] = P " " B;
    set.requested = B;
    set.asked = P;
    check_random(&set, revmap_htmx_map, pieces, COUNT(pieces), P);
}

/* Each byte of a URL may be escaped, and only those that go are touched. */
static void check_spellings(void)
{
    static const char url[] = B "x/y?z";
    static const char rest[] = "/x/y?z";
    world w = world_of(&site);
    int i;

    for (i = 0; i < 300; i++) {
        const char *value = "{\"path\":\"";
        const char *expected = "{\"path\":\"/p";
        revmap_outcome outcome;
        size_t j;

        for (j = 0; j < sizeof(url) - 1; j++) {
            const char *spelling =
                random_below(3)
                    ? apr_psprintf(w.pool, "%c", url[j])
                    : apr_psprintf(w.pool, "\\u%04x", (unsigned int)url[j]);

            value = apr_pstrcat(w.pool, value, spelling, NULL);
            if (j + sizeof(rest) >= sizeof(url)) {
                expected = apr_pstrcat(w.pool, expected, spelling, NULL);
            }
        }
        value = apr_pstrcat(w.pool, value, "\"}", NULL);
        expected = apr_pstrcat(w.pool, expected, "\"}", NULL);
        is_str(map_field(&w, revmap_htmx_map, value, &outcome), expected, "%s",
               value);
    }
    end_world(&w);
}

int main(void)
{
    check_fields(&site, revmap_htmx_map, fields, COUNT(fields));
    check_fields(&root, revmap_htmx_map, guarded, COUNT(guarded));
    check_fields(&quote, revmap_htmx_map, unfit, COUNT(unfit));
    check_fields(&absolute, revmap_htmx_map, with_origin, COUNT(with_origin));
    check_spellings();
    check_costs();
    check_odd();
    return done_testing();
}
