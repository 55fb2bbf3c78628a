/* SPDX-License-Identifier: Apache-2.0 */

/* Screening and taking apart: "Screening" of the manual, RFC 3986. */

#include "fixture.h"

#define ABSOLUTE REVMAP_FORM_ABSOLUTE
#define NETWORK REVMAP_FORM_NETWORK
#define PATH REVMAP_FORM_PATH
#define RELATIVE REVMAP_FORM_RELATIVE

/* clang-format off */

/* What is read as a URL: its form and its parts. */
static const struct {
    const char *text;
    revmap_form form;
    const char *site;
    const char *path;
    const char *suffix;
} parts[] = {
    {"http://b.test/x?y#z",  ABSOLUTE, "http://b.test", "/x", "?y#z"},
    {"http://b.test",        ABSOLUTE, "http://b.test", "", ""},
    {"http://b.test:65535",  ABSOLUTE, "http://b.test:65535", "", ""},
    {"http://b.test?y",      ABSOLUTE, "http://b.test", "", "?y"},
    {"http://b.test#z",      ABSOLUTE, "http://b.test", "", "#z"},
    {"HTTPS://B.test:8080/", ABSOLUTE, "HTTPS://B.test:8080", "/", ""},
    {"http://b.test//x",     ABSOLUTE, "http://b.test", "//x", ""},
    {"http://b.test/?a\\b",  ABSOLUTE, "http://b.test", "/", "?a\\b"},
    {"http://b.test/#a\\b",  ABSOLUTE, "http://b.test", "/", "#a\\b"},
    {"http://b.test/a@b:c",  ABSOLUTE, "http://b.test", "/a@b:c", ""},
    {"http://b.test?a@b",    ABSOLUTE, "http://b.test", "", "?a@b"},
    {"http://b.test#a@b",    ABSOLUTE, "http://b.test", "", "#a@b"},
    {"http://b.test/a b%\xFF", ABSOLUTE, "http://b.test", "/a b%\xFF", ""},
    {"http://[::1]:80/x",    ABSOLUTE, "http://[::1]:80", "/x", ""},
    {"//b.test/x",           NETWORK, "//b.test", "/x", ""},
    {"//b.test",             NETWORK, "//b.test", "", ""},
    {"//b.test:8080?x",      NETWORK, "//b.test:8080", "", "?x"},
    {"/",                    PATH, "", "/", ""},
    {"/x?y#z",               PATH, "", "/x", "?y#z"},
    {"/x?#",                 PATH, "", "/x", "?#"},
    {"/x#?",                 PATH, "", "/x", "#?"},
    {"/http://b.test/",      PATH, "", "/http://b.test/", ""},
    {"/x//y",                PATH, "", "/x//y", ""},
    {"/x?http://b.test/",    PATH, "", "/x", "?http://b.test/"},
    {"/:x",                  PATH, "", "/:x", ""},
    {"x",                    RELATIVE, "", "x", ""},
    {"x/y:z",                RELATIVE, "", "x/y:z", ""},
    {"./x:y",                RELATIVE, "", "./x:y", ""},
    {"../x",                 RELATIVE, "", "../x", ""},
    {"x//y",                 RELATIVE, "", "x//y", ""},
    {"?y",                   RELATIVE, "", "", "?y"},
    {"?http://b.test/",      RELATIVE, "", "", "?http://b.test/"},
    {"#http://b.test/",      RELATIVE, "", "", "#http://b.test/"},
    {"#z",                   RELATIVE, "", "", "#z"},
    {"",                     RELATIVE, "", "", ""},
    {"http",                 RELATIVE, "", "http", ""},
    {"x?a:b",                RELATIVE, "", "x", "?a:b"},
};

/* What is not read as a URL. */
static const struct {
    const char *text;
    revmap_reason reason; /* REVMAP_OK: any */
} odd[] = {
    {"/x\n",                    REVMAP_BAD_BYTE},
    {"\t/x",                    REVMAP_BAD_BYTE},
    {"/\r/x",                   REVMAP_BAD_BYTE},
    {"/x?\x1F",                 REVMAP_BAD_BYTE},
    {"/x#\x7F",                 REVMAP_BAD_BYTE},
    {"\x01",                    REVMAP_BAD_BYTE},
    {"http://b\t.test/",        REVMAP_BAD_BYTE},
    {"java\nscript:x",          REVMAP_BAD_BYTE},
    {"\\",                      REVMAP_BAD_BACKSLASH},
    {"\\\\b.test/",             REVMAP_BAD_BACKSLASH},
    {"/\\b.test/",              REVMAP_BAD_BACKSLASH},
    {"x\\y",                    REVMAP_BAD_BACKSLASH},
    {"/x\\?y",                  REVMAP_BAD_BACKSLASH},
    {"http://b.test\\@evil/",   REVMAP_BAD_BACKSLASH},
    {"http://b.test/\\",        REVMAP_BAD_BACKSLASH},
    {"http:\\\\b.test/",        REVMAP_BAD_BACKSLASH},
    {"http:",                   REVMAP_BAD_SCHEME},
    {"http:x",                  REVMAP_BAD_SCHEME},
    {"http:/x",                 REVMAP_BAD_SCHEME},
    {"http:?x",                 REVMAP_BAD_SCHEME},
    {"https:/b.test/",          REVMAP_BAD_SCHEME},
    {"ftp://b.test/",           REVMAP_BAD_SCHEME},
    {"file:///etc/passwd",      REVMAP_BAD_SCHEME},
    {"javascript:alert(1)",     REVMAP_BAD_SCHEME},
    {"data:,x",                 REVMAP_BAD_SCHEME},
    {"mailto:a@b.test",         REVMAP_BAD_SCHEME},
    {"blob:http://b.test/x",    REVMAP_BAD_SCHEME},
    {"httpss://b.test/",        REVMAP_BAD_SCHEME},
    {"h2+http://b.test/",       REVMAP_BAD_SCHEME},
    {"x.y-z://b.test/",         REVMAP_BAD_SCHEME},
    {"http://",                 REVMAP_BAD_HOST},
    {"http:///",                REVMAP_BAD_HOST},
    {"http:////b.test/",        REVMAP_BAD_HOST},
    {"http://?x",               REVMAP_BAD_HOST},
    {"http://#x",               REVMAP_BAD_HOST},
    {"http://:80/",             REVMAP_BAD_HOST},
    {"http://:/",               REVMAP_BAD_HOST},
    {"//",                      REVMAP_BAD_HOST},
    {"///x",                    REVMAP_BAD_HOST},
    {"//?x",                    REVMAP_BAD_HOST},
    {"//:80",                   REVMAP_BAD_HOST},
    {"http://u@b.test/",        REVMAP_BAD_USERINFO},
    {"http://u:p@b.test/",      REVMAP_BAD_USERINFO},
    {"http://@b.test/",         REVMAP_BAD_USERINFO},
    {"http://:@b.test/",        REVMAP_BAD_USERINFO},
    {"http://u@v@b.test/",      REVMAP_BAD_USERINFO},
    {"//u@b.test",              REVMAP_BAD_USERINFO},
    {"http://b.test:80@evil/",  REVMAP_BAD_USERINFO},
    {"http://b.test@",          REVMAP_BAD_USERINFO},
    {"http://[::1]@evil/",      REVMAP_BAD_USERINFO},
    {"http://u%40v@b.test/",    REVMAP_OK},
    {"http://b%2etest/",        REVMAP_BAD_HOST},
    {"http://%62.test/",        REVMAP_BAD_HOST},
    {"http://b.test%00/",       REVMAP_BAD_HOST},
    {"http://b.test%/",         REVMAP_BAD_HOST},
    {"http://b.test%2F@evil/",  REVMAP_OK},
    {"http://\xC3\xA9.test/",   REVMAP_BAD_HOST},
    {"http://b.test\xE2\x80\xA4" "evil/", REVMAP_BAD_HOST},
    {"http://b.test\xEF\xBC\x8F" "evil/", REVMAP_BAD_HOST},
    {"http://b.test\xFF/",      REVMAP_BAD_HOST},
    {"http://b.test\x80/",      REVMAP_BAD_HOST},
    {"http://b test/",          REVMAP_BAD_HOST},
    {"http:// b.test/",         REVMAP_BAD_HOST},
    {"http://b.test /",         REVMAP_BAD_HOST},
    {"http:// /",               REVMAP_BAD_HOST},
    {"http://b.test:x/",        REVMAP_BAD_PORT},
    {"http://b.test:80x/",      REVMAP_BAD_PORT},
    {"http://b.test:x80/",      REVMAP_BAD_PORT},
    {"http://b.test:-80/",      REVMAP_BAD_PORT},
    {"http://b.test:+80/",      REVMAP_BAD_PORT},
    {"http://b.test:8.0/",      REVMAP_BAD_PORT},
    {"http://b.test:65536/",    REVMAP_BAD_PORT},
    {"http://b.test:99999999999999999999/", REVMAP_BAD_PORT},
    {"http://b.test:4294967376/", REVMAP_BAD_PORT},
    {"http://b.test:80:80/",    REVMAP_OK},
    {"http://b.test::80/",      REVMAP_OK},
    {"http://b.test:80 /",      REVMAP_OK},
    {"http://b.test: 80/",      REVMAP_OK},
    {"http://b.test:8%30/",     REVMAP_OK},
    {"http://b.test:\xEF\xBC\x98/", REVMAP_OK},
    {"http://[",                REVMAP_OK},
    {"http://[]/",              REVMAP_OK},
    {"http://[]:80/",           REVMAP_OK},
    {"http://[::1/",            REVMAP_OK},
    {"http://::1/",             REVMAP_OK},
    {"http://::1]/",            REVMAP_OK},
    {"http://[::1]]/",          REVMAP_OK},
    {"http://[[::1]]/",         REVMAP_OK},
    {"http://[::1]x/",          REVMAP_OK},
    {"http://[::1]80/",         REVMAP_OK},
    {"http://[::1].test/",      REVMAP_OK},
    {"http://x[::1]/",          REVMAP_OK},
    {"http://[::1]:x/",         REVMAP_BAD_PORT},
    {"http://[::1]:65536/",     REVMAP_BAD_PORT},
    {"http://[::g]/",           REVMAP_OK},
    {"http://[1]/",             REVMAP_OK},
    {"http://[1:2:3:4:5:6:7]/", REVMAP_OK},
    {"http://[1:2:3:4:5:6:7:8:9]/", REVMAP_OK},
    {"http://[1::2::3]/",       REVMAP_OK},
    {"http://[:::]/",           REVMAP_OK},
    {"http://[::12345]/",       REVMAP_OK},
    {"http://[::1 ]/",          REVMAP_OK},
    {"http://[ ::1]/",          REVMAP_OK},
    {"http://[::1.2.3]/",       REVMAP_OK},
    {"http://[::1.2.3.256]/",   REVMAP_OK},
    {"http://[fe80::1%25eth0]/", REVMAP_OK},
    {"http://[fe80::1%eth0]/",  REVMAP_OK},
    {"http://[v1.x]/",          REVMAP_OK},
    {"http://[127.0.0.1]/",     REVMAP_OK},
    {"http://[b.test]/",        REVMAP_OK},
    {"http://[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:d]/",
     REVMAP_OK},
};

/* Two URLs and whether their origins are the same. */
static const struct {
    const char *a;
    const char *b;
    int equal;
    int same_host;
} origins[] = {
    {"http://b.test",       "http://b.test/x?y", 1, 1},
    {"http://b.test",       "HTTP://B.TEST",     1, 1},
    {"http://b.test",       "http://b.test:80",  1, 1},
    {"http://b.test",       "http://b.test:",    1, 1},
    {"http://b.test",       "http://b.test:0080", 1, 1},
    {"https://b.test",      "https://b.test:443", 1, 1},
    {"http://b.test:00000000000000000000000080", "http://b.test", 1, 1},
    {"http://b.test",       "https://b.test",    0, 1},
    {"http://b.test:443",   "https://b.test",    0, 1},
    {"http://b.test",       "http://b.test:8080", 0, 1},
    {"http://b.test",       "http://b.test.",    0, 0},
    {"http://b.test",       "http://b.tes",      0, 0},
    {"http://b.test",       "http://b.testx",    0, 0},
    {"http://b.test",       "http://xb.test",    0, 0},
    {"http://b.test:65535", "http://b.test:65535", 1, 1},
    {"http://127.0.0.1",    "http://127.1",      0, 0},
    {"http://127.0.0.1",    "http://2130706433", 0, 0},
    {"http://127.0.0.1",    "http://0x7f.0.0.1", 0, 0},
    {"http://[::1]",        "http://[0:0:0:0:0:0:0:1]", 1, 1},
    {"http://[::1]",        "http://[::0.0.0.1]", 1, 1},
    {"http://[::1]",        "http://[0::0001]:80", 1, 1},
    {"http://[2001:DB8::a]", "http://[2001:db8:0:0::A]", 1, 1},
    {"http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]", 1, 1},
    {"http://[::ffff:127.0.0.1]", "http://127.0.0.1", 0, 0},
    {"http://[::1]",        "http://[::2]",      0, 0},
    {"http://[::1]",        "http://[::1]:81",   0, 1},
    {"http://[1::]",        "http://[::1]",      0, 0},
};

static const struct {
    const char *url;
    const char *text; /* of its origin */
    const char *twin; /* or NULL */
} texts[] = {
    {"http://B.test/x",        "http://b.test", "https://b.test"},
    {"HTTPS://b.test:443",     "https://b.test", "http://b.test"},
    {"http://b.test:8080",     "http://b.test:8080", NULL},
    {"https://b.test:8443",    "https://b.test:8443", NULL},
    {"http://b.test:443",      "http://b.test:443", NULL},
    {"https://b.test:80",      "https://b.test:80", NULL},
    {"http://b.test:",         "http://b.test", "https://b.test"},
    {"http://b.test:008080",   "http://b.test:8080", NULL},
    {"http://[2001:DB8::A]:80", "http://[2001:db8::a]",
     "https://[2001:db8::a]"},
    {"http://[::1]:8080",      "http://[::1]:8080", NULL},
    {"http://10.0.0.1",        "http://10.0.0.1", "https://10.0.0.1"},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void is_slice(apr_pool_t *pool, revmap_slice got, const char *expected,
                     const char *what, const char *text)
{
    is_str(string_of(pool, got), expected, "%s of '%s'", what, text);
}

static int is_inside(revmap_slice part, revmap_slice text)
{
    return part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len;
}

static void check_parts(void)
{
    apr_pool_t *pool = new_pool();
    size_t i;

    for (i = 0; i < COUNT(parts); i++) {
        const char *shown = parts[i].text;
        revmap_slice text = exact_slice(shown);
        revmap_url url;

        memset(&url, 0xAA, sizeof(url));
        is_int(revmap_url_parse(&url, text), REVMAP_OK, "'%s' is a URL", shown);
        is_int(url.form, parts[i].form, "form of '%s'", shown);
        is_slice(pool, url.site, parts[i].site, "site", shown);
        is_slice(pool, url.path, parts[i].path, "path", shown);
        is_slice(pool, url.suffix, parts[i].suffix, "suffix", shown);
        ok(!url.path.len || is_inside(url.path, text), "a slice of the text");
        is_int((long)(url.site.len + url.path.len + url.suffix.len),
               (long)text.len, "'%s' is all there", shown);
        free_slice(text);
    }
    apr_pool_destroy(pool);
}

static void check_odd(void)
{
    size_t i;

    for (i = 0; i < COUNT(odd); i++) {
        revmap_slice text = exact_slice(odd[i].text);
        revmap_url url;
        revmap_reason reason = revmap_url_parse(&url, text);

        if (odd[i].reason) {
            is_str(revmap_reason_words(reason),
                   revmap_reason_words(odd[i].reason), "'%s'", odd[i].text);
        }
        else {
            ok(reason >= REVMAP_BAD_BYTE && reason <= REVMAP_BAD_PORT,
               "'%s': %s", odd[i].text, revmap_reason_words(reason));
        }
        free_slice(text);
    }
}

/* NUL is a byte like any other. */
static void check_nul(void)
{
    static const char text[] = "http://b.test\0.evil.test/";
    revmap_slice slice =
        revmap_slice_make(exact_mem(text, sizeof(text) - 1), sizeof(text) - 1);
    revmap_url url;

    is_int(revmap_url_parse(&url, slice), REVMAP_BAD_BYTE, "NUL in a host");
    free_slice(slice);
}

/* Any byte in any place: it parses to parts that are the whole, or not. */
static void check_bytes(void)
{
    static const char base[] = "http://[::1]:80/x?y#z";
    size_t len = sizeof(base) - 1;
    char *text = exact_mem(base, len);
    int wrong = 0;
    size_t i;
    int c;

    for (i = 0; i < len; i++) {
        for (c = 0; c < 256; c++) {
            revmap_url url;

            text[i] = (char)c;
            if (!revmap_url_parse(&url, revmap_slice_make(text, len))
                && (c < 0x20 || c == 0x7F
                    || url.site.len + url.path.len + url.suffix.len != len)) {
                wrong++;
            }
        }
        text[i] = base[i];
    }
    is_int(wrong, 0, "any byte anywhere");
    free(text);
}

/* The path as it is read, byte by byte. */
static int reads_right(revmap_slice text, revmap_slice site,
                       const revmap_origin *origin)
{
    unsigned int bytes = 0;
    apr_size_t end = site.len;
    revmap_url url;
    revmap_reason reason;

    while (end < text.len && text.ptr[end] != '?' && text.ptr[end] != '#') {
        bytes |= revmap_path_bytes[(unsigned char)text.ptr[end++]];
    }
    reason = revmap_url_parse_known(&url, text, site, origin);
    if (reason) {
        return reason
               == (revmap_slice_has_control(text) ? REVMAP_BAD_BYTE
                                                  : REVMAP_BAD_BACKSLASH);
    }
    return !revmap_slice_has_control(text) && !(bytes & REVMAP_BYTE_BACKSLASH)
           && url.bytes == bytes && url.is_known == (site.len != 0)
           && url.site.len == site.len && url.path.ptr == text.ptr + site.len
           && url.path.ptr + url.path.len == text.ptr + end
           && url.suffix.ptr == text.ptr + end
           && revmap_url_has_dots(&url) == revmap_path_has_dots(url.path);
}

/* Several bytes are read at a time: each byte in each place, of each length. */
static void check_reading(revmap_slice site)
{
    static const char path[] = "/a/./b%2e/?c?#/d/..";
    revmap_origin origin;
    int wrong = 0;
    size_t len;

    memset(&origin, 0, sizeof(origin));
    for (len = site.len + 1; len < site.len + sizeof(path); len++) {
        char *text = malloc(len);
        size_t i;
        int c;

        for (i = site.len + 1; i <= len; i++) {
            for (c = 0; c < 256; c++) {
                memcpy(text, site.ptr, site.len);
                memcpy(text + site.len, path, len - site.len);
                if (i < len) {
                    text[i] = (char)c;
                }
                wrong +=
                    !reads_right(revmap_slice_make(text, len), site, &origin)
                    && !(i == 1 && c == '/' && !site.len);
            }
        }
        free(text);
    }
    is_int(wrong, 0, "all is seen behind '%.*s'", (int)site.len, site.ptr);
}

static revmap_origin origin_of(const char *text)
{
    revmap_url url;

    is_int(revmap_url_parse(&url, revmap_slice_of(text)), REVMAP_OK,
           "'%s' is a URL", text);
    return url.origin;
}

/* What is expected is taken for it only where it is the whole of the site. */
static void check_known(void)
{
    static const char *const others[] = {
        "http://b.test:80/x",    "http://b.test:8080.evil.test/x",
        "http://b.test:808/x",   "https://b.test:8080/x",
        "http://B.test:8080/x",  "http://b.test:8080@evil.test/x",
        "//b.test:8080/x",       "http://b.test:8080\\/x",
        "http://b.test:80800/x", "/x",
    };
    revmap_origin mark = origin_of("http://mark.test/");
    revmap_slice site = REVMAP_LITERAL("http://b.test:8080");
    revmap_url url;
    size_t i;

    is_int(revmap_url_parse_known(&url, REVMAP_LITERAL("http://b.test:8080/x"),
                                  site, &mark),
           REVMAP_OK, "the known site");
    is_int(revmap_origin_equal(&url.origin, &mark), 1, "is not read again");
    is_int(revmap_slice_equal(url.path, REVMAP_LITERAL("/x")), 1,
           "its path is");
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        revmap_reason reason = revmap_url_parse_known(
            &url, revmap_slice_of(others[i]), site, &mark);
        revmap_url plain;

        is_int(reason, revmap_url_parse(&plain, revmap_slice_of(others[i])),
               "'%s' is read", others[i]);
        is_int(!reason && revmap_origin_equal(&url.origin, &mark), 0,
               "'%s' is another", others[i]);
    }
}

static void check_origins(void)
{
    size_t i;

    for (i = 0; i < COUNT(origins); i++) {
        revmap_origin a = origin_of(origins[i].a);
        revmap_origin b = origin_of(origins[i].b);

        is_int(!!revmap_origin_equal(&a, &b), origins[i].equal,
               "'%s' and '%s' are %s", origins[i].a, origins[i].b,
               origins[i].equal ? "equal" : "different");
        is_int(!!revmap_origin_equal(&b, &a), origins[i].equal,
               "... both ways");
        is_int(!!revmap_origin_same_host(&a, &b), origins[i].same_host,
               "... and their hosts");
        if (!a.is_ipv6) {
            ok(revmap_host_hash(a.host) == a.hash, "... by the hash of '%s'",
               origins[i].a);
        }
        if (origins[i].equal) {
            ok(revmap_origin_hash(&a) == revmap_origin_hash(&b),
               "... and their hashes");
        }
    }
}

static void check_texts(void)
{
    apr_pool_t *pool = new_pool();
    size_t i;

    for (i = 0; i < COUNT(texts); i++) {
        revmap_origin origin = origin_of(texts[i].url);
        revmap_origin twin;
        int has_twin = revmap_origin_twin(&twin, &origin);

        is_str(revmap_origin_text(pool, &origin), texts[i].text, "text of '%s'",
               texts[i].url);
        is_str(has_twin ? revmap_origin_text(pool, &twin) : NULL, texts[i].twin,
               "twin of '%s'", texts[i].url);
    }
    apr_pool_destroy(pool);
}

/* What a Host field may not say, whoever wrote it. */
static void check_odd_authority(void)
{
    static const char *const none[] = {"",     "a/b",    "a?b", "a#b",  "a\\b",
                                       "a\tb", "a%41",   "a b", "a@b",  "a:x",
                                       "[::1", "[::1]x", ":80", "a:1:2"};
    revmap_origin origin;
    size_t i;

    for (i = 0; i < COUNT(none); i++) {
        revmap_slice text = exact_slice(none[i]);

        ok(revmap_authority_parse(&origin, text) != REVMAP_OK,
           "'%s' is no authority", none[i]);
        free_slice(text);
    }
}

/* The Host field has no scheme. */
static void check_authority(void)
{
    apr_pool_t *pool = new_pool();
    revmap_slice text = exact_slice("[::1]:8080");
    revmap_origin origin;
    revmap_url url;

    memset(&origin, 0, sizeof(origin));
    is_int(revmap_authority_parse(&origin, text), REVMAP_OK, "an authority");
    is_int(origin.port, 8080, "its port");
    revmap_origin_set_scheme(&origin, REVMAP_HTTPS);
    is_str(revmap_origin_text(pool, &origin), "https://[::1]:8080", "its text");
    free_slice(text);
    memset(&origin, 0, sizeof(origin));
    is_int(revmap_authority_parse(&origin, REVMAP_LITERAL("b.test:")),
           REVMAP_OK, "an empty port");
    is_int(origin.port, 0, "... is none");
    revmap_origin_set_scheme(&origin, REVMAP_HTTPS);
    is_int(origin.port, 443, "... and becomes the scheme's");
    is_int(revmap_url_parse(&url, REVMAP_LITERAL("//b.test/x")), REVMAP_OK,
           "//host");
    is_int(url.origin.scheme, REVMAP_SCHEME_NONE, "//host leaves the scheme");
    is_int(url.origin.port, 0, "//host leaves the port");
    is_slice(pool, revmap_url_path(&url), "/x", "path", "//b.test/x");
    revmap_url_parse(&url, REVMAP_LITERAL("//b.test"));
    is_slice(pool, revmap_url_path(&url), "/", "an empty path", "//b.test");
    is_slice(pool, revmap_suffix_query(REVMAP_LITERAL("?a?b#c?d")), "?a?b",
             "query", "?a?b#c?d");
    is_slice(pool, revmap_suffix_query(REVMAP_LITERAL("#c?d")), "", "query",
             "#c?d");
    is_slice(pool, revmap_suffix_query(REVMAP_LITERAL("")), "", "query", "");
    is_int(revmap_scheme_port(REVMAP_HTTP), 80, "port of http");
    is_int(revmap_scheme_port(REVMAP_HTTPS), 443, "port of https");
    apr_pool_destroy(pool);
}

int main(void)
{
    check_parts();
    check_odd();
    check_nul();
    check_bytes();
    check_reading(REVMAP_LITERAL(""));
    check_reading(REVMAP_LITERAL("http://b.test"));
    check_known();
    check_origins();
    check_texts();
    check_authority();
    check_odd_authority();
    return done_testing();
}
