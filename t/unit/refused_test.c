/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/* Words and lines that are refused, and what is said of them. */

#include "fixture.h"

typedef const char *make_rule(apr_pool_t *, revmap_cookie_rule *, const char *,
                              const char *);

/* clang-format off */
static const struct {
    make_rule *make;
    const char *internal;
    const char *public_side;
    const char *words; /* NULL: it is well */
} rules[] = {
    {revmap_cookie_path_rule, "/app", "/", NULL},
    {revmap_cookie_path_rule, "/app", "remove", "'remove' is not a path: a"},
    {revmap_cookie_path_rule, "Remove", "/p", "'Remove' is not a path: a"},
    {revmap_cookie_path_rule, "/app", "p", "'p' is not a path: write '/p'"},
    {revmap_cookie_path_rule, "/app", "/\x7F", "cannot stand in a cookie"},
    {revmap_cookie_path_rule, "/app", "/p;x", "'/p;x' cannot stand"},
    {revmap_cookie_path_rule, "/a b", "/p", "'/a b' cannot stand"},
    {revmap_cookie_path_rule, "http://b/x", "/p", "'http://b/x' is not a path"},
    {revmap_cookie_domain_rule, "b.test", "pub.test", NULL},
    {revmap_cookie_domain_rule, ".b.test", ".pub.test", NULL},
    {revmap_cookie_domain_rule, "b.test", "REMOVE", NULL},
    {revmap_cookie_domain_rule, "*.b.test", "remove", "write '.b.test'"},
    {revmap_cookie_domain_rule, "b.test", "*.c", "'*.c' is not a host: write"},
    {revmap_cookie_domain_rule, "remove", "b.test", "'remove' comes second"},
    {revmap_cookie_domain_rule, "", "b.test", "'' is not a host"},
    {revmap_cookie_domain_rule, "b:80", "b.test", "'b:80' is not a host"},
    {revmap_cookie_domain_rule, "b.test", "p\x7F", "is not a host"},
    {revmap_cookie_domain_rule, "b.test", ".", "'' is not a host"},
};

static const struct {
    const char *line;
    const char *words; /* NULL: it is well */
} lines[] = {
    {"a Secure",        NULL},
    {"Secure HttpOnly", "write '* Secure' for all cookies"},
    {"-Secure keep",    "write '* -Secure' for all cookies"},
    {"keep Secure",     NULL},
    {"a=b Secure",      "'a=b' is not the name of a cookie"},
    {"a\x7F Secure",    "is not the name of a cookie"},
    {"a;b Secure",      "is not the name of a cookie"},
    {"a*b Secure",      "'a*b' has a '*' in it: write 'a*'"},
    {"~ Secure",        "'~' has no regular expression"},
    {"a Path=/x",       "RevMapCookiePath"},
    {"a -path",         "RevMapCookiePath"},
    {"a Domain=x",      "RevMapCookieDomain"},
    {"a rename=b\x7F",  "rename=b"},
    {"a rename=\xC3\xA9", "rename="},
    {"a rename=",       "rename="},
    {"a rename=b(c",    "rename=b(c"},
};
/* clang-format on */

static void check(const char *error, const char *words, const char *what)
{
    if (words) {
        ok(error && strstr(error, words), "'%s' is refused: %s", what,
           error ? error : "it is not");
    }
    else {
        is_str(error, NULL, "'%s' is well", what);
    }
}

static void test_rules(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        revmap_cookie_rule made;

        memset(&made, 0, sizeof(made));
        check(
            rules[i].make(pool, &made, rules[i].internal, rules[i].public_side),
            rules[i].words,
            apr_pstrcat(pool, rules[i].internal, " ", rules[i].public_side,
                        NULL));
    }
}

/* clang-format off */
static const struct {
    char directive;
    const char *word;
    const char *words;
} single[] = {
    {'h', "off",         "'off'"},
    {'h', "OFF",         "'OFF'"},
    {'h', "api",         "'api' is a preset: write '@api'"},
    {'h', "-@api",       "'-@api'"},
    {'h', "X\x7F",       "'X\x7F'"},
    {'h', "+Link",       "'+Link'"},
    {'h', "!Link",       "'!Link'"},
    {'h', "a b",         "'a b'"},
    {'q', "a=b",         "'a=b' is not the name of a parameter"},
    {'q', "",            "'' is not the name of a parameter"},
    {'q', "off",         "'off'"},
    {'r', "/a\\$1",      "'/a\\$1'"},
    {'r', "/%zz/$1",     "'/%zz/$1'"},
    {'b', "http://*.b.test/", "'http://*.b.test/'"},
    {'b', "http://b.test/*",  "'http://b.test/*'"},
    {'b', "^/app/(.*)",       "'^/app/(.*)' looks like a regular expression"},
    {'b', "/app/(.)",         "'/app/(.)' looks like a regular expression"},
    {'b', "/app/.*",          "'/app/.*' looks like a regular expression"},
    {'b', "http://b/a.*",     "'http://b/a.*' looks like a regular expression"},
};
/* clang-format on */

static const char *error_of(apr_pool_t *pool, char directive, const char *word)
{
    revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));
    revmap_rewrite rewrite;
    revmap_side side;
    revmap_side_kind kind;

    memset(&rewrite, 0, sizeof(rewrite));
    switch (directive) {
    case 'h':
        return revmap_header_add(map, word);
    case 'q':
        return revmap_query_add(map, word);
    case 'r':
        return revmap_rewrite_parse(pool, &rewrite, word, 1);
    default:
        return revmap_side_parse_backend(pool, &side, &kind, word);
    }
}

static void test_words(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
        check(error_of(pool, single[i].directive, single[i].word),
              single[i].words, single[i].word);
    }
}

static void test_lines(apr_pool_t *pool)
{
    size_t i;

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));

        check(cookie_words(map, lines[i].line, 1), lines[i].words,
              lines[i].line);
    }
}

/* "none" forgets what stands before it in its own section, too. */
static void test_none(apr_pool_t *pool)
{
    revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));

    cookie_line(map, 1, "/app", "/p");
    cookie_line(map, 0, "b.test", "pub.test");
    revmap_map_start_afresh(map, REVMAP_FRESH_COOKIE_PATHS);
    ok(!map->cookie_paths && map->cookie_domains, "of paths alone");
    revmap_map_start_afresh(map, REVMAP_FRESH_COOKIE_DOMAINS);
    ok(!map->cookie_domains, "of domains");
}

int main(void)
{
    apr_pool_t *pool = new_pool();

    test_rules(pool);
    test_lines(pool);
    test_words(pool);
    test_none(pool);
    apr_pool_destroy(pool);
    return done_testing();
}
