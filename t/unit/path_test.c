/* SPDX-License-Identifier: Apache-2.0 */

/* Paths: normal form, segments, dot segments, resolution (RFC 3986). */

#include "fixture.h"

/* clang-format off */

static const struct {
    const char *path;
    const char *normal;
} normals[] = {
    {"",               ""},
    {"/",              "/"},
    {"/app",           "/app"},
    {"/%61pp",         "/app"},
    {"/%41%7A%30%2D%2E%5F%7E", "/Az0-._~"},
    {"/%7e",           "/~"},
    {"/%2f",           "/%2F"},
    {"/%2F",           "/%2F"},
    {"/%c3%a9",        "/%C3%A9"},
    {"/\xC3\xA9",      "/%C3%A9"},
    {"/%25",           "/%25"},
    {"/%2561",         "/%2561"},
    {"/a b",           "/a%20b"},
    {"/%20",           "/%20"},
    {"/%3b",           "/%3B"},
    {"/;=,!$&'()*+:@", "/;=,!$&'()*+:@"},
    {"/%3a",           "/%3A"},
    {"/App",           "/App"},
    {"//",             "//"},
    {"/\"<>`{}",       "/%22%3C%3E%60%7B%7D"},
    /* decoding completes no escape that is none */
    {"/%2%45%2%45/x",  "/%2%45%2%45/x"},
    {"/%%32E",         "/%%32E"},
    {"/%2x%45%45",     "/%2xEE"},
    {"/%2%c3%45",      "/%2%C3E"},
    {"/%\xC3%45",      "/%%C3E"},
};

/* Escapes that are none stay distinct from everything else. */
static const struct {
    const char *a;
    const char *b;
    int equal;
    int decoded; /* equal once httpd has decoded them */
} equals[] = {
    {"/a",     "/%61",   1, 1},
    {"/%2F",   "/%2f",   1, 1},
    {"/%2F",   "//",     0, 1},
    {"/%",     "/%",     1, 1},
    {"/%zz",   "/%zz",   1, 1},
    {"/%6",    "/%6",    1, 1},
    {"/%6",    "/%61",   0, 0},
    {"/%256",  "/%6",    0, 1},
    {"/%2%30", "/%20",   0, 0},
    {"/a",     "/A",     0, 0},
    {"/a",     "/a/",    0, 0},
    {"/%C3%A9", "/\xC3\xA9", 1, 1},
    {"/%C3%A9", "/\xE9", 0, 0},
    {"/data",  "/%64ata", 1, 1},
    {"/a%2Fb", "/a/b",   0, 1},
    {"/a%252Fb", "/a%2Fb", 0, 0},
    {"/a%3Bb", "/a;b",   0, 1},
    {"/%40%28%5D|", "/@(]%7C", 0, 1},
    {"/%2540", "/%40",   0, 0},
    {"/%2540", "/@",     0, 0},
    {"/a%3Bb", "/a;",    0, 0},
    {"",       "",       1, 1},
    {"",       "/",      0, 0},
};

/* Bytes of the path that the prefix covers; -1: it does not. */
static const struct {
    const char *prefix;
    const char *path;
    int matched;
} covers[] = {
    {"/ctx",  "/ctx",         4},
    {"/ctx",  "/ctx/",        4},
    {"/ctx",  "/ctx/x",       4},
    {"/ctx",  "/ctx;x",       4},
    {"/ctx",  "/ctx;x/y",     4},
    {"/ctx",  "/ctx//x",      4},
    {"/ctx",  "/ctxfoo",     -1},
    {"/ctx",  "/ct",         -1},
    {"/ctx",  "/CTX",        -1},
    {"/ctx",  "/x/ctx",      -1},
    {"/ctx",  "//ctx",       -1},
    {"/ctx",  "/ctx%2Fx",    -1},
    {"/ctx",  "/ctx%3Bx",    -1},
    {"/ctx",  "/ctx%2E",     -1},
    {"/ctx",  "/ctx%",       -1},
    {"/ctx",  "/ctx?",       -1},
    {"/ctx",  "/",           -1},
    {"/ctx",  "",            -1},
    {"/ctx",  "/%63tx/x",     6},
    {"/ctx",  "/%63%74%78",  10},
    {"/ctx",  "/ct%78/",      6},
    {"/ctx",  "/ct%7",       -1},
    {"/ctx",  "/ct%58",      -1},
    {"/a/b",  "/a/b/c",       4},
    {"/a/b",  "/a%2Fb/c",    -1},
    {"/a/b",  "/a/c",        -1},
    {"/a%20b", "/a b/c",      4},
    {"/a%20b", "/a%20b/c",    6},
    {"/a%20b", "/a%2%30b/c", -1},
    {"/%C3%A9", "/\xC3\xA9/x", 3},
    {"/%C3%A9", "/%c3%a9/x",  7},
    {"/%C3%A9", "/\xC3",     -1},
    {"",      "/",            0},
    {"",      "/x",           0},
    {"",      ";x",           0},
};

static const struct {
    const char *prefix;
    const char *path;
    int matched;
} covers_bytes[] = {
    {"/ctx",  "/ctx/x",       4},
    {"/ctx",  "/ctx",         4},
    {"/ctx",  "/%63tx",      -1},
    {"/ctx",  "/ctxfoo",     -1},
    {"/a%20b", "/a b",       -1},
    {"/a%20b", "/a%20b/",     6},
    {"/%C3%A9", "/%c3%a9",   -1},
    {"",      "/x",           0},
};

/* RFC 3986 section 5.2.4 and its kin; %2e is a dot, as in browsers. */
static const struct {
    const char *path;
    const char *without;
} dots[] = {
    {"/a/b/c/./../../g",  "/a/g"},
    {"/mid/content=5/../6", "/mid/6"},
    {"/",                 "/"},
    {"/.",                "/"},
    {"/..",               "/"},
    {"/./",               "/"},
    {"/../",              "/"},
    {"/./x",              "/x"},
    {"/../x",             "/x"},
    {"/../../x",          "/x"},
    {"/a/.",              "/a/"},
    {"/a/..",             "/"},
    {"/a/./",             "/a/"},
    {"/a/../",            "/"},
    {"/a/b/..",           "/a/"},
    {"/a/b/../",          "/a/"},
    {"/a/b/../..",        "/"},
    {"/a/b/../../..",     "/"},
    {"/a//../b",          "/a/b"},
    {"/a//..",            "/a/"},
    {"//..",              "/"},
    {"//../..//x",        "//x"},
    {"/a/..//b",          "//b"},
    {"/.//b",             "//b"},
    {"/..//b",            "//b"},
    {"/a/%2e/b",          "/a/b"},
    {"/a/%2E%2e/b",       "/b"},
    {"/a/.%2e/b",         "/b"},
    {"/a/%2E./b",         "/b"},
    {"/a/%2e",            "/a/"},
    {"/a/%2e%2e",         "/"},
    {"/a/%252e/b",        "/a/%252e/b"},
    {"/a/...",            "/a/..."},
    {"/a/.b",             "/a/.b"},
    {"/a/..b",            "/a/..b"},
    {"/a/b.",             "/a/b."},
    {"/a/b../c",          "/a/b../c"},
    {"/a/%2e%2e%2e",      "/a/%2e%2e%2e"},
    {"/a/%2eb",           "/a/%2eb"},
    {"/a/..%2fb",         "/a/..%2fb"},
    {"/a/.;x/b",          "/a/.;x/b"},
    {"/a/..;x/b",         "/a/..;x/b"},
    {"/%61/./%2F",        "/%61/%2F"},
    {"/a/%2",             "/a/%2"},
    {"/a/%2e%",           "/a/%2e%"},
    {"/a/%2e%2",          "/a/%2e%2"},
    {"/a/.%",             "/a/.%"},
};

/* The paths of RFC 3986 section 5.4 for the base /b/c/d;p. */
static const struct {
    const char *reference;
    const char *resolved;
} resolved[] = {
    {"g",             "/b/c/g"},
    {"./g",           "/b/c/g"},
    {"g/",            "/b/c/g/"},
    {"/g",            "/g"},
    {";x",            "/b/c/;x"},
    {"g;x",           "/b/c/g;x"},
    {"",              "/b/c/d;p"},
    {".",             "/b/c/"},
    {"./",            "/b/c/"},
    {"..",            "/b/"},
    {"../",           "/b/"},
    {"../g",          "/b/g"},
    {"../..",         "/"},
    {"../../",        "/"},
    {"../../g",       "/g"},
    {"../../../g",    "/g"},
    {"../../../../g", "/g"},
    {"/./g",          "/g"},
    {"/../g",         "/g"},
    {"g.",            "/b/c/g."},
    {".g",            "/b/c/.g"},
    {"g..",           "/b/c/g.."},
    {"..g",           "/b/c/..g"},
    {"./../g",        "/b/g"},
    {"./g/.",         "/b/c/g/"},
    {"g/./h",         "/b/c/g/h"},
    {"g/../h",        "/b/c/h"},
    {"g;x=1/./y",     "/b/c/g;x=1/y"},
    {"g;x=1/../y",    "/b/c/y"},
    {"%2e%2e/g",      "/b/g"},
    {".%2E",          "/b/"},
};

static const struct {
    const char *text;
    int decoded;
    const char *escaped;
} escapes[] = {
    {"/app/x",        0, "/app/x"},
    {"/a b",          0, "/a%20b"},
    {"/a%20b",        0, "/a%20b"},
    {"/a%20b",        1, "/a%2520b"},
    {"/100%",         1, "/100%25"},
    {"/a?b#c;d",      1, "/a%3Fb%23c%3Bd"},
    {"/a;b",          0, "/a;b"},
    {"/caf\xC3\xA9",  0, "/caf%C3%A9"},
    {"/caf\xC3\xA9",  1, "/caf%C3%A9"},
    {"/\"<>`{}\\^",   1, "/%22%3C%3E%60%7B%7D%5C%5E"},
    {"/!$&'()*+,=:@~-._", 1, "/!$&'()*+,=:@~-._"},
    {"/\x01\x7F\t\r\n", 1, "/%01%7F%09%0D%0A"},
    {"",              1, ""},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_normal(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < COUNT(normals); i++) {
        revmap_slice path = exact_slice(normals[i].path);
        const char *normal = string_of(pool, revmap_path_normal(pool, path));
        revmap_slice again = exact_slice(normal);

        is_str(normal, normals[i].normal, "normal form of '%s'",
               normals[i].path);
        is_str(string_of(pool, revmap_path_normal(pool, again)), normal,
               "... is its own");
        ok(revmap_path_is_normal(again), "... and is known to be");
        is_int(!!revmap_path_is_normal(path),
               !strcmp(normals[i].path, normals[i].normal), "'%s' itself",
               normals[i].path);
        ok(revmap_path_equal(path, again), "... and equal to it");
        free_slice(path);
        free_slice(again);
    }
}

static void check_equal(void)
{
    size_t i;

    for (i = 0; i < COUNT(equals); i++) {
        revmap_slice a = exact_slice(equals[i].a);
        revmap_slice b = exact_slice(equals[i].b);

        is_int(!!revmap_path_equal(a, b), equals[i].equal, "'%s' and '%s'",
               equals[i].a, equals[i].b);
        is_int(!!revmap_path_equal(b, a), equals[i].equal, "'%s' and '%s'",
               equals[i].b, equals[i].a);
        is_int(!!revmap_path_equal_as(a, b, REVMAP_READ_DECODED),
               equals[i].decoded, "'%s' and '%s', decoded", equals[i].a,
               equals[i].b);
        is_int(!!revmap_path_equal_as(b, a, REVMAP_READ_DECODED),
               equals[i].decoded, "'%s' and '%s', decoded", equals[i].b,
               equals[i].a);
        free_slice(a);
        free_slice(b);
    }
}

static void check_cover(const char *prefix, const char *text,
                        revmap_reading reading, int expected)
{
    revmap_slice front = exact_slice(prefix);
    revmap_slice path = exact_slice(text);
    apr_size_t matched = 999;
    int covered = revmap_path_covers(front, path, reading, &matched);

    is_int(covered ? (long)matched : -1, expected, "'%s' covers '%s'%s", prefix,
           text, expected < 0 ? ": no" : "");
    is_int(!!revmap_path_covers(front, path, reading, NULL), expected >= 0,
           "... without asking how far");
    free_slice(front);
    free_slice(path);
}

static void check_covers(void)
{
    size_t i;

    for (i = 0; i < COUNT(covers); i++) {
        check_cover(covers[i].prefix, covers[i].path, REVMAP_READ_NORMAL,
                    covers[i].matched);
    }
    for (i = 0; i < COUNT(covers_bytes); i++) {
        check_cover(covers_bytes[i].prefix, covers_bytes[i].path,
                    REVMAP_READ_BYTES, covers_bytes[i].matched);
    }
}

static void check_dots(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < COUNT(dots); i++) {
        revmap_slice path = exact_slice(dots[i].path);

        is_str(string_of(pool, revmap_path_remove_dots(pool, path)),
               dots[i].without, "'%s' without dots", dots[i].path);
        is_int(!!revmap_path_has_dots(path),
               strcmp(dots[i].path, dots[i].without) != 0, "'%s' has dots",
               dots[i].path);
        free_slice(path);
    }
}

static void check_resolve(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < COUNT(resolved); i++) {
        revmap_slice base = exact_slice("/b/c/d;p");
        revmap_slice reference = exact_slice(resolved[i].reference);

        is_str(string_of(pool, revmap_path_resolve(pool, base, reference)),
               resolved[i].resolved, "'%s' from /b/c/d;p",
               resolved[i].reference);
        free_slice(base);
        free_slice(reference);
    }
    is_str(string_of(pool, revmap_path_resolve(pool, REVMAP_LITERAL("/"),
                                               REVMAP_LITERAL("x"))),
           "/x", "'x' from /");
    is_str(string_of(pool, revmap_path_resolve(pool, REVMAP_LITERAL("/a//b"),
                                               REVMAP_LITERAL("x"))),
           "/a//x", "'x' from /a//b");
    is_str(string_of(pool, revmap_path_resolve(pool, REVMAP_LITERAL("/a/../b"),
                                               REVMAP_LITERAL("../x"))),
           "/x", "'../x' from /a/../b");
}

static void check_escape(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < COUNT(escapes); i++) {
        revmap_slice text = exact_slice(escapes[i].text);

        is_str(
            string_of(pool, revmap_path_escape(pool, text, escapes[i].decoded)),
            escapes[i].escaped, "'%s', %s", escapes[i].text,
            escapes[i].decoded ? "decoded" : "URL text");
        free_slice(text);
    }
}

/* Whatever is escaped reads as itself. */
static void check_all_bytes(apr_pool_t *pool)
{
    char all[257] = "/";
    revmap_slice text;
    revmap_slice escaped;
    int wrong = 0;
    int c;

    for (c = 1; c < 256; c++) {
        all[c] = (char)c;
    }
    text = exact_slice(all);
    escaped = revmap_path_escape(pool, text, 1);
    for (c = 0; c < (int)escaped.len; c++) {
        unsigned char byte = (unsigned char)escaped.ptr[c];

        wrong += byte <= ' ' || byte >= 0x7F
                 || strchr("\"#<>?\\^`{};", byte) != NULL;
    }
    is_int(wrong, 0, "nothing is left to be escaped");
    is_str(string_of(pool, revmap_path_escape(pool, escaped, 0)),
           string_of(pool, escaped), "escaping twice is escaping once");
    free_slice(text);
}

int main(void)
{
    apr_pool_t *pool = new_pool();

    check_normal(pool);
    check_equal();
    check_covers();
    check_dots(pool);
    check_resolve(pool);
    check_escape(pool);
    check_all_bytes(pool);
    apr_pool_destroy(pool);
    return done_testing();
}
