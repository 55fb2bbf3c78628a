/* SPDX-License-Identifier: Apache-2.0 */

/* Rules from the text of a file. */

#include "fixture.h"

#include "revmap/map_file.h"

/* clang-format off */

/* What the file says; its rules as "line: public backend"; or the line that
 * is wrong, and the words of the answer. */
static const struct {
    const char *text;
    const char *rules;
    unsigned int wrong;
    const char *words;
} cases[] = {
    {"", "", 0, NULL},
    {"\n\n \t\n\r\n", "", 0, NULL},
    {"# a comment\n   # another, /a/ http://b.test/\n", "", 0, NULL},
    {"/a/ http://b.test/x/\n", "1: /a http://b.test/x", 0, NULL},
    {"/a/ http://b.test/x/", "1: /a http://b.test/x", 0, NULL},
    {"/a/ http://b.test/x/\r\n/c /d\r\n", "1: /a http://b.test/x, 2: /c /d", 0,
     NULL},
    {" \t/a/ \t  http://b.test/x/ \t\n", "1: /a http://b.test/x", 0, NULL},
    {"\xef\xbb\xbf/a/ http://b.test/\n", "1: /a http://b.test", 0, NULL},
    {"\xef\xbb\xbf", "", 0, NULL},
    {"# one\n/a/ http://b.test/\n\n/c/ http://d.test:8080/e/\n",
     "2: /a http://b.test, 4: /c http://d.test:8080/e", 0, NULL},
    {"! http://b.test/never/\n", "1: ! http://b.test/never", 0, NULL},
    {"https://www.test/a/ http://b.test/\n",
     "1: https://www.test/a http://b.test", 0, NULL},
    {"/a/ unix:/run/b.sock|http://b.test/\n", "1: /a http://b.test", 0, NULL},
    {"/a/ /b/\n/a/ /b/\n", "1: /a /b, 2: /a /b", 0, NULL},
    {"/caf\xc3\xa9/ /x/\n", "1: /caf%C3%A9 /x", 0, NULL},

    {"/a/\n", "", 1, "'/a/' stands alone: write the public side and the"},
    {"!\n", "", 1, "'!' stands alone"},
    {"none\n", "", 1, "'none' stands alone"},
    {"/a/ /b/\n/c/ /d/ # why\n", "1: /a /b", 2,
     "'#' is one word too many: a rule is the public side and the backend"},
    {"/a/ /b/ retry=0\n", "", 1, "'retry=0' is one word too many"},
    {"http://b.test/ !\n", "", 1, "'!' comes first: write '! http://"},
    {"/a/ balancer://pool/x/\n", "", 1,
     "'balancer://pool/x/' cannot stand here: write a line for each member"},
    {"/a/ http://%{HTTP_HOST}/\n", "", 1,
     "'http://%{HTTP_HOST}/' is an expression: write a RevMap line into the"},
    {"/%{env:X}/ http://b.test/\n", "", 1, "'/%{env:X}/' is an expression"},
    {"/a/ fcgi://b.test/\n", "", 1, "'fcgi://b.test/' does nothing: no header"},
    {"\n\na/ http://b.test/\n", "", 3, "'a/' is neither a URL nor a path"},
    {"/a/ http://b.test/?x\n", "", 1, "'http://b.test/?x' has a '?'"},
    {"/a/ b.test:80\n", "", 1, "'b.test:80' lacks its scheme"},
    {"/a/\v/b/\n", "", 1, "stands alone"},
    {"/a/ http://b.test/\r/c/ /d/\n", "", 1, "too many"},
    {"\xff\xfe/\n", "", 1, "stands alone"},
};
/* clang-format on */

static revmap_map *new_map(apr_pool_t *pool)
{
    return revmap_map_create(pool, revmap_mounts_create(pool));
}

/* All of it, or what comes before a mistake. */
static const char *read_all(revmap_map_file *file, revmap_map *map,
                            apr_pool_t *pool)
{
    const char *error = NULL;

    while (!error && revmap_map_file_has_more(file)) {
        error = revmap_map_file_read_line(file, map, pool);
    }
    return error;
}

static const char *side_text(apr_pool_t *pool, const revmap_origin *origin,
                             revmap_slice path)
{
    return apr_psprintf(pool, "%s%.*s",
                        origin ? revmap_origin_text(pool, origin) : "",
                        (int)path.len, path.ptr);
}

static const char *rules_text(apr_pool_t *pool, const revmap_map *map)
{
    const char *text = "";
    const revmap_rule *rule;

    for (rule = map->first; rule; rule = rule->following) {
        text = apr_psprintf(
            pool, "%s%s%u: %s %s", text, *text ? ", " : "", rule->place.line,
            rule->excluded ? "!"
                           : side_text(pool, revmap_public_origin(rule),
                                       revmap_public_path(rule)),
            side_text(pool, revmap_backend_origin(rule),
                      revmap_backend_path(rule)));
    }
    return text;
}

/* The bytes end where their memory ends, and go before the rules are looked
 * at. */
static const char *read_text(revmap_map *map, apr_pool_t *pool,
                             const char *text, apr_size_t len,
                             unsigned int *line)
{
    char *copy = malloc(len + 1);
    revmap_map_file file;
    const char *error;

    memcpy(copy, text, len);
    copy[len] = '\0';
    revmap_map_file_init(&file, "maps/a.txt", copy, len);
    error = read_all(&file, map, pool);
    *line = file.line;
    memset(copy, 'x', len);
    free(copy);
    return error;
}

static void test_cases(apr_pool_t *pool)
{
    int i;

    for (i = 0; i < (int)(sizeof(cases) / sizeof(cases[0])); i++) {
        revmap_map *map = new_map(pool);
        unsigned int line;
        const char *error =
            read_text(map, pool, cases[i].text, strlen(cases[i].text), &line);

        is_str(rules_text(pool, map), cases[i].rules, "rules of '%s'",
               cases[i].text);
        if (!cases[i].words) {
            is_str(error, NULL, "no mistake in '%s'", cases[i].text);
            continue;
        }
        ok(error && strstr(error, cases[i].words), "'%s': %s", cases[i].text,
           error ? error : "no mistake");
        is_int((long)line, (long)cases[i].wrong, "and the number of its line");
    }
}

static void test_bytes(apr_pool_t *pool)
{
    static const char with_nul[] = "/a/ /b/\n/c/ http://d.test/\0/\n";
    revmap_map *map = new_map(pool);
    char *path = apr_palloc(pool, 100002);
    unsigned int line;
    const char *error;

    error = read_text(map, pool, with_nul, sizeof(with_nul) - 1, &line);
    is_str(error, "there is a NUL byte in it: write text", "a NUL byte");
    is_int((long)line, 2, "and its line");

    memset(path, 'p', 100000);
    path[0] = '/';
    path[100000] = '\0';
    map = new_map(pool);
    error = apr_pstrcat(pool, path, " http://b.test", path, NULL);
    error = read_text(map, pool, error, strlen(error), &line);
    is_str(error, NULL, "a long line");
    is_str(rules_text(pool, map),
           apr_pstrcat(pool, "1: ", path, " http://b.test", path, NULL),
           "and its rule");
}

static void test_places(apr_pool_t *pool)
{
    revmap_map *map = new_map(pool);
    const revmap_rule *rule;
    unsigned int line;

    read_text(map, pool, "\n/a/ /b/", 8, &line);
    rule = map->first;
    is_str(rule->place.file, "maps/a.txt", "a rule knows its file");
    is_int((long)rule->place.line, 2, "and its line");
}

int main(void)
{
    apr_pool_t *pool = new_pool();

    test_cases(pool);
    test_bytes(pool);
    test_places(pool);
    return done_testing();
}
