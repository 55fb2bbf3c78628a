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

#include "revmap/header.h"
#include "revmap/cookie.h"
#include "revmap/edit.h"
#include "revmap/link.h"
#include "revmap/refresh.h"

#include "apr_strings.h"

/* clang-format off */
static const struct {
    const char *name;
    revmap_kind kind;
    int is_default;
    const char *preset;
} known[] = {
    { "Location",               REVMAP_KIND_URL,     1, NULL },
    { "Content-Location",       REVMAP_KIND_URL,     1, NULL },
    { "URI",                    REVMAP_KIND_URL,     1, NULL },
    { "Destination",            REVMAP_KIND_URL,     1, NULL },
    { "Link",                   REVMAP_KIND_LINK,    1, NULL },
    { "Refresh",                REVMAP_KIND_REFRESH, 1, NULL },
    { "Set-Cookie",             REVMAP_KIND_COOKIE,  1, NULL },
    { "Service-Worker-Allowed", REVMAP_KIND_PATH,    0, NULL },
    { "Operation-Location",     REVMAP_KIND_URL,     0, "@api" },
    { "Azure-AsyncOperation",   REVMAP_KIND_URL,     0, "@api" },
    { "OData-EntityId",         REVMAP_KIND_URL,     0, "@api" },
    { "X-Pingback",             REVMAP_KIND_URL,     0, "@api" },
    { "SVN-Repository-Root",    REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-Me-Resource",        REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-Rev-Stub",           REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-Rev-Root-Stub",      REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-Txn-Stub",           REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-Txn-Root-Stub",      REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-VTxn-Stub",          REVMAP_KIND_PATH,    0, "@dav" },
    { "SVN-VTxn-Root-Stub",     REVMAP_KIND_PATH,    0, "@dav" },
};

static const struct {
    const char *name;
    revmap_kind kind;
} kinds[] = {
    { "url",     REVMAP_KIND_URL },
    { "link",    REVMAP_KIND_LINK },
    { "refresh", REVMAP_KIND_REFRESH },
    { "cookie",  REVMAP_KIND_COOKIE },
    { "path",    REVMAP_KIND_PATH },
};

/* What people are told to choose from; keep it like the tables above. */
#define KINDS   "url, link, refresh, cookie or path"
#define PRESETS "@api or @dav"

/* Not for clients at all, or not meant to be followed by them. */
static const char *const never[] = {
    "Alt-Svc", "X-Accel-Redirect", "X-Sendfile",
};
/* clang-format on */

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

typedef struct revmap_header_rule {
    const char *name;
    revmap_kind kind;
} revmap_header_rule;

struct revmap_header_rules {
    apr_array_header_t *list; /* of revmap_header_rule */
};

/* Most names differ in their first byte. */
static int same_name(const char *a, const char *b)
{
    if (revmap_lower((unsigned char)a[0])
        != revmap_lower((unsigned char)b[0])) {
        return 0;
    }
    return revmap_slice_equal_nocase(revmap_slice_of(a), revmap_slice_of(b));
}

static int find_known(const char *name)
{
    int i = 0;

    while (i < COUNT(known) && !same_name(known[i].name, name)) {
        i++;
    }
    return i;
}

static void add_rule(revmap_map *map, const char *name, revmap_kind kind)
{
    revmap_header_rule *rule;

    if (!map->headers) {
        map->headers = apr_palloc(map->pool, sizeof(*map->headers));
        map->headers->list =
            apr_array_make(map->pool, 4, sizeof(revmap_header_rule));
    }
    rule = apr_array_push(map->headers->list);
    rule->name = name;
    rule->kind = kind;
}

static const char *add_preset(revmap_map *map, const char *word)
{
    int added = 0;
    int i;

    for (i = 0; i < COUNT(known); i++) {
        if (known[i].preset && same_name(known[i].preset, word)) {
            add_rule(map, known[i].name, known[i].kind);
            added = 1;
        }
    }
    return added ? NULL
                 : apr_psprintf(map->pool,
                                "unknown preset '%s': write " PRESETS, word);
}

/* token = 1*tchar  (RFC 9110 section 5.6.2) */
static int is_token(const char *text)
{
    const char *c;

    for (c = text; *c; c++) {
        if (*c <= ' ' || *c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", *c)) {
            return 0;
        }
    }
    return c != text;
}

static const char *check_name(apr_pool_t *pool, const char *name)
{
    int i;

    if (!is_token(name)) {
        return apr_psprintf(pool,
                            "'%s' is not the name of a header: write it like "
                            "'Location' or 'X-My-Url=url'",
                            name);
    }
    for (i = 0; i < COUNT(never); i++) {
        if (same_name(never[i], name)) {
            return apr_psprintf(pool,
                                "'%s' is never mapped: write 'Header unset "
                                "%s' to keep it from the client",
                                name, never[i]);
        }
    }
    return NULL;
}

static const char *read_kind(apr_pool_t *pool, const char *word,
                             revmap_kind *kind)
{
    int i;

    for (i = 0; i < COUNT(kinds); i++) {
        if (same_name(kinds[i].name, word)) {
            *kind = kinds[i].kind;
            return NULL;
        }
    }
    return apr_psprintf(pool, "unknown kind '%s': write " KINDS, word);
}

static const char *add_named(revmap_map *map, const char *word)
{
    const char *equals = strchr(word, '=');
    const char *name =
        equals ? apr_pstrmemdup(map->pool, word, (apr_size_t)(equals - word))
               : apr_pstrdup(map->pool, word);
    const char *error = check_name(map->pool, name);
    int i = find_known(name);
    revmap_kind kind = REVMAP_KIND_NONE;

    if (!error && equals) {
        error = read_kind(map->pool, equals + 1, &kind);
    }
    else if (!error && i == COUNT(known)) {
        error = apr_psprintf(map->pool,
                             "the kind of '%s' is not known: write '%s=url', "
                             "a kind being " KINDS,
                             name, name);
    }
    else if (!error) {
        kind = known[i].kind;
    }
    if (!error) {
        add_rule(map, name, kind);
    }
    return error;
}

const char *revmap_header_add(revmap_map *map, const char *word)
{
    const char *error;

    if (*word == '@') {
        return add_preset(map, word);
    }
    if (*word != '-') {
        return add_named(map, word);
    }
    error = check_name(map->pool, word + 1);
    if (!error) {
        add_rule(map, apr_pstrdup(map->pool, word + 1), REVMAP_KIND_NONE);
    }
    return error;
}

/* The last word of a section about a header counts. */
static const revmap_header_rule *find_rule(const revmap_header_rules *rules,
                                           const char *name)
{
    int i = rules ? rules->list->nelts : 0;

    while (i-- > 0) {
        const revmap_header_rule *rule =
            &APR_ARRAY_IDX(rules->list, i, revmap_header_rule);

        if (same_name(rule->name, name)) {
            return rule;
        }
    }
    return NULL;
}

revmap_kind revmap_header_kind(const revmap_scope *scope, const char *name)
{
    int i;

    while (scope) {
        const revmap_header_rule *rule = find_rule(scope->map->headers, name);

        if (rule) {
            return rule->kind;
        }
        if (scope->map->fresh & REVMAP_FRESH_HEADERS) {
            return REVMAP_KIND_NONE;
        }
        scope = scope->outer;
    }
    i = find_known(name);
    return i < COUNT(known) && known[i].is_default ? known[i].kind
                                                   : REVMAP_KIND_NONE;
}

/* The value is one URL; blanks around it are kept. */
static void map_url(const revmap_exchange *exchange, revmap_use use,
                    revmap_slice value, apr_pool_t *pool,
                    revmap_outcome *outcome)
{
    revmap_edits edits;

    if (revmap_edits_begin(&edits, value, pool, outcome)) {
        revmap_edits_url(&edits, exchange, use, value, "");
        revmap_edits_end(&edits);
    }
}

/* The value is one path, which begins with one slash. */
static void map_path(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_slice path = revmap_slice_trim(value);

    if (path.len && path.ptr[0] == '/'
        && !(path.len > 1 && path.ptr[1] == '/')) {
        map_url(exchange, REVMAP_USE_PATH, value, pool, outcome);
    }
    else {
        outcome->reason = REVMAP_NOTHING;
    }
}

void revmap_header_map(const revmap_exchange *exchange, revmap_kind kind,
                       const char *name, const char *value, apr_pool_t *pool,
                       revmap_outcome *outcome)
{
    revmap_slice text = revmap_slice_of(value);
    revmap_use use = REVMAP_USE_REFERENCE;

    memset(outcome, 0, sizeof(*outcome));
    switch (kind) {
    case REVMAP_KIND_URL:
        if (exchange->is_redirect && same_name(name, "Location")) {
            use = REVMAP_USE_REDIRECT;
        }
        map_url(exchange, use, text, pool, outcome);
        break;
    case REVMAP_KIND_LINK:
        revmap_link_map(exchange, text, pool, outcome);
        break;
    case REVMAP_KIND_REFRESH:
        revmap_refresh_map(exchange, text, pool, outcome);
        break;
    case REVMAP_KIND_COOKIE:
        revmap_cookie_map(exchange, text, pool, outcome);
        break;
    case REVMAP_KIND_PATH:
        map_path(exchange, text, pool, outcome);
        break;
    default:
        break;
    }
}
